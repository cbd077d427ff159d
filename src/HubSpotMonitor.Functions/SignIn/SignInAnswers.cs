using HubSpotMonitor.Functions.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>What somebody gets who may not: where to sign in, or which role is missing.</summary>
internal sealed class SignInAnswers(FrontDoor door, PageRenderer renderer) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var isKnown = context.User.Identity?.IsAuthenticated == true;
        var isPage = BareNotice.IsFor(context.Request);
        if (!isKnown && door.Mode == SignInMode.Password && isPage && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Redirect(SignInEndpoints.AddressFor(context.Request));
            return;
        }

        var (status, sentence) = isKnown ? (StatusCodes.Status403Forbidden, Missing(context)) : Unknown(door.Mode);
        var answer = isPage ? await BareNotice.AnswerAsync(renderer, status, "You may not see or do this", sentence) : Problem(status, sentence);
        await answer.ExecuteAsync(context);
    }

    private string Missing(HttpContext context)
    {
        var name = context.User.Identity?.Name ?? "You";
        return (context.User.IsInRole(Roles.Reader), door.Mode) switch
        {
            (true, SignInMode.Platform) =>
                $"{name} may read and not act. Whoever manages the app registration in Entra can assign the app role {Roles.Responder}.",
            (true, _) => $"{name} may read and not act. Sign in with the responders' password.",
            _ => $"{name} is signed in, but has no app role of this monitor. Whoever manages the app registration in Entra can assign {Roles.Reader} (sees all) or {Roles.Responder} (also acts).",
        };
    }

    private static (int Status, string Sentence) Unknown(SignInMode mode) => mode switch
    {
        SignInMode.Platform => (StatusCodes.Status401Unauthorized,
            "Sign in first, with an account of this organisation: open the page in a browser, or send a token of Entra."),
        SignInMode.Closed => (StatusCodes.Status403Forbidden,
            "Page and API are closed: no sign-in stands in front of this monitor. Turn App Service Authentication on (docs/deploy.md)."),
        SignInMode.Password => (StatusCodes.Status401Unauthorized, $"Sign in first, at {SignInEndpoints.Address}."),
        _ => (StatusCodes.Status403Forbidden, "This monitor answers the machine that it runs on and no other. To open it, set SignIn:Password."),
    };
}
