using HubSpotMonitor.Connect;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.SignIn;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Connect;

/// <summary>
/// <c>GET /connect?portal=</c> sends a person to HubSpot; <c>GET /connect/callback</c> takes in what comes back. Responders may
/// begin. The callback is open to all, since HubSpot has no key, and worth nothing without the state of an attempt and the cookie of the
/// browser that began it. Neither goes anywhere that a request names: both addresses stand in the settings.
/// </summary>
internal static class ConnectEndpoints
{
    private const string Callback = "/connect/callback";

    // Each attempt takes the place of the one before: in one browser only the last can be finished.
    private const string Cookie = "connect";

    public static void MapConnect(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connect", BeginAsync).WithMetadata(new ServedBy(FunctionNames.ConnectAccount)).RequireAuthorization(Roles.Responder);
        routes.MapGet(Callback, FinishAsync).WithMetadata(new ServedBy(FunctionNames.FinishConnect)).AllowAnonymous();
    }

    private static async Task<IResult> BeginAsync(HttpContext context, ConnectDesk desk, IOptions<ConnectOptions> options, PageRenderer renderer)
    {
        if (!desk.IsOn)
        {
            return await PageAsync(renderer, StatusCodes.Status404NotFound, "Nothing to connect with",
                "This monitor has no app for OAuth: Connect:ClientId is not set.");
        }

        var start = long.TryParse(One(context.Request, "portal"), out var portal)
            ? await desk.BeginAsync(portal, TimeProvider.System.GetUtcNow(), context.RequestAborted)
            : null;
        if (start is null)
        {
            return await PageAsync(renderer, StatusCodes.Status404NotFound, "No such account",
                "Only accounts of the settings can be connected: /connect?portal= and the number of one of them.");
        }

        context.Response.Cookies.Append(Cookie, start.Browser, CookieOf(options.Value, ConnectDesk.StateLife));
        return TypedResults.Redirect(start.Address.AbsoluteUri);
    }

    private static async Task<IResult> FinishAsync(
        HttpContext context, ConnectDesk desk, IOptions<ConnectOptions> options, PageRenderer renderer, TimeProvider clock)
    {
        var request = context.Request;
        var brought = new ConnectReturn(One(request, "state"), One(request, "code"), request.Query.ContainsKey("error"), request.Cookies[Cookie]);
        var result = await desk.FinishAsync(brought, TimeProvider.System.GetUtcNow(), clock.GetUtcNow(), context.RequestAborted);
        // Not at an answer that nobody asked for: whoever sends one could spoil an attempt that is under way.
        if (result.Outcome != ConnectOutcome.StateUnknown) context.Response.Cookies.Delete(Cookie, CookieOf(options.Value, null));
        var (status, title, text) = Words(result, options.Value);
        return await PageAsync(renderer, status, title, text, result);
    }

    // The public address decides: behind a proxy the request itself is plain http, and may have a shorter path.
    private static CookieOptions CookieOf(ConnectOptions options, TimeSpan? life) => new()
    {
        HttpOnly = true,
        Secure = options.RedirectUrl!.Scheme == Uri.UriSchemeHttps,
        // Lax, not Strict: HubSpot's redirect is another site's.
        SameSite = SameSiteMode.Lax,
        Path = options.RedirectUrl.AbsolutePath,
        MaxAge = life,
        IsEssential = true,
    };

    private static (int Status, string Title, string Text) Words(ConnectResult result, ConnectOptions options) => result.Outcome switch
    {
        ConnectOutcome.Connected => (200, $"{result.Portal} is connected", "The monitor watches it from the next poll on. You can close this page."),
        ConnectOutcome.Denied =>
            (200, $"{result.Portal} was not connected", "HubSpot gave no access: somebody declined, or may not install apps. Nothing was changed."),
        ConnectOutcome.OtherBrowser => (400, "Not connected",
            $"This browser did not begin here. Open {options.StartOf(result.Portal?.Id)} in the browser in which you agree, at that very address."),
        ConnectOutcome.WrongPortal =>
            (409, $"{result.Portal} was not connected", $"{result.Says} Begin again, and choose account {result.Portal?.Id}."),
        ConnectOutcome.Refused => (502, $"{result.Portal} was not connected", $"{result.Says} Begin again once that is mended."),
        ConnectOutcome.Away => (503, $"{result.Portal} was not connected", $"{result.Says} Begin again in a minute."),
        _ => (400, "Not connected", "This attempt is unknown: it was used before, or took more than ten minutes. Begin again."),
    };

    // Given twice it could mean one thing here and another elsewhere: then it is as if it were not there.
    private static string? One(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    private static async Task<IResult> PageAsync(PageRenderer renderer, int status, string title, string text, ConnectResult? result = null)
    {
        var html = await renderer.RenderAsync<ConnectPage>(
            new() { [nameof(ConnectPage.Title)] = title, [nameof(ConnectPage.Text)] = text, [nameof(ConnectPage.Result)] = result });
        return PageAnswer.Html(html, status);
    }
}
