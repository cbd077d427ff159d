using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using HubSpotMonitor.Functions.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>The page where a password is asked for; only on one machine, and only where there is one.</summary>
internal static class SignInEndpoints
{
    public const string Address = "/sign-in";
    public const string StampClaim = "stamp";
    public const string RateLimit = "sign-in";

    private const string Return = "return";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private const int Attempts = 10;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (PageRenderer renderer) => ShowAsync(renderer, StatusCodes.Status200OK, null)).AllowAnonymous();
        routes.MapPost(Address, EnterAsync).AllowAnonymous().RequireRateLimiting(RateLimit);
        routes.MapPost("/sign-out", (Delegate)LeaveAsync);
    }

    /// <summary>The address that leads back to what was asked for.</summary>
    public static string AddressFor(HttpRequest request) => $"{Address}?{Return}={Uri.EscapeDataString($"{request.Path}{request.QueryString}")}";

    private static async Task<IResult> EnterAsync(
        HttpContext context, PasswordCheck passwords, PageRenderer renderer, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType) return PageForm.Wanted();

        var form = await PageForm.ReadOfStrangerAsync(context.Request, PageForm.Patience, cancellationToken);
        if (KnownPerson.Name(form["name"]) is not { } name || passwords.RoleOf(form["password"]) is not { } role)
            return await ShowAsync(renderer, StatusCodes.Status401Unauthorized, "That is not the password, or the name is missing.");

        await context.SignInAsync(
            FrontDoor.Scheme,
            KnownPerson.Of(name, [role], new Claim(StampClaim, passwords.StampOf(role))),
            new AuthenticationProperties { IsPersistent = true });
        // Never to another site, whatever the link said that led here.
        var wanted = context.Request.Query[Return].ToString();
        return PageAnswer.SeeOther(context, RedirectHttpResult.IsLocalUrl(wanted) ? wanted : "/");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        await context.SignOutAsync(FrontDoor.Scheme);
        return PageAnswer.SeeOther(context, Address);
    }

    private static async Task<IResult> ShowAsync(PageRenderer renderer, int status, string? wrong) =>
        PageAnswer.Html(await renderer.RenderAsync<SignInPage>(new() { [nameof(SignInPage.Wrong)] = wrong }), status);

    /// <summary>Ten attempts in five minutes for one address.</summary>
    public static RateLimitPartition<string> LimitOf(HttpContext context) =>
        RateLimitPartition.GetFixedWindowLimiter(
            Network(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = Attempts, Window = Patience });

    public static async ValueTask TooManyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var renderer = context.RequestServices.GetRequiredService<PageRenderer>();
        await (await ShowAsync(renderer, StatusCodes.Status429TooManyRequests, "Too many attempts. Wait for five minutes.")).ExecuteAsync(context);
    }

    // Whoever has one address of version 6 has 2^64 of them.
    private static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
