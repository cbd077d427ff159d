using HubSpotMonitor.Functions.Pages;
using Microsoft.Net.Http.Headers;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>
/// Refuses what another site makes a browser send (cross-site request forgery). Browsers say where a request comes from and let no script
/// change it (Fetch Metadata, W3C); who is no browser says nothing and has nothing that could be abused.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, PageRenderer renderer)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || IsOwn(context.Request))
            return next(context);

        return RefuseAsync(context);
    }

    private async Task RefuseAsync(HttpContext context)
    {
        var answer = BareNotice.IsFor(context.Request)
            ? await BareNotice.AnswerAsync(renderer, StatusCodes.Status403Forbidden, "This was not accepted",
                "It comes from another site, or the browser does not tell from where. Open the page here, and send it from there.")
            : Problem(StatusCodes.Status403Forbidden, "This request comes from another site.");
        await answer.ExecuteAsync(context);
    }

    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";

        // Older browsers, and http on another machine's address.
        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority == request.Host.Value);
    }
}
