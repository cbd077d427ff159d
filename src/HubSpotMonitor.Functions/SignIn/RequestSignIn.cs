using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>How a request tells who sends it.</summary>
internal sealed class RequestSignInOptions : AuthenticationSchemeOptions
{
    /// <summary>Null: it does not tell.</summary>
    public Func<HttpContext, ClaimsPrincipal?> Read { get; set; } = _ => null;
}

/// <summary>A sign-in that keeps nothing itself: each request tells.</summary>
internal sealed class RequestSignIn(IOptionsMonitor<RequestSignInOptions> options, ILoggerFactory logging, UrlEncoder encoder)
    : AuthenticationHandler<RequestSignInOptions>(options, logging, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(Options.Read(Context) is { } person ? AuthenticateResult.Success(new(person, Scheme.Name)) : AuthenticateResult.NoResult());
}
