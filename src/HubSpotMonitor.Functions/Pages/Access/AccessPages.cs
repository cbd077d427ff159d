using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>Credentials, rules, and the report to print.</summary>
internal static class AccessPages
{
    public static void MapAccessPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/access", AccessAsync);
        pages.MapGet("/access/{portal:long}/{id}", CredentialAsync);
        pages.MapGet("/rules", RulesAsync);
        pages.MapGet("/rules/{rule}", RunbookAsync);
        pages.MapGet("/review/{portal:long}", ReviewAsync);
    }

    private static async Task<IResult> AccessAsync(
        HttpRequest request, AccessReader reader, MonitorScope scope, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(AccessQuery.Of(request.Query, scope.Portals), cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<AccessPage>(new() { [nameof(AccessPage.Model)] = model }));
    }

    private static async Task<IResult> RulesAsync(
        HttpRequest request, AccessReader reader, MonitorScope scope, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(AccessQuery.Of(request.Query, scope.Portals), cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<RulesPage>(new() { [nameof(RulesPage.Model)] = model }));
    }

    private static async Task<IResult> RunbookAsync(string rule, PageRenderer renderer) => AccessWords.Sheet(rule) is { } sheet
        ? Tagged.Html(await renderer.RenderAsync<RunbookPage>(new() { [nameof(RunbookPage.Sheet)] = sheet }))
        : await PageEndpoints.NoticeAsync(renderer, StatusCodes.Status404NotFound, "No such rule", "There is no rule of this name.");

    private static async Task<IResult> CredentialAsync(
        long portal, string id, AccessReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(new(portal, null, null, ""), cancellationToken);
        if (model.Portals is [{ Report: { } report } posture] && report.Credentials.FirstOrDefault(one => one.Id == id) is { } credential)
        {
            return Tagged.Html(await renderer.RenderAsync<CredentialPage>(new()
            {
                [nameof(CredentialPage.Posture)] = posture,
                [nameof(CredentialPage.Credential)] = credential,
                [nameof(CredentialPage.Now)] = model.Now,
            }));
        }
        return await MissingAsync(renderer, model, "No such credential", "It may have been named otherwise since, or the link is incomplete.");
    }

    private static async Task<IResult> ReviewAsync(long portal, AccessReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(new(portal, null, null, ""), cancellationToken);
        if (model.Portals is [{ Report: { } report } posture])
        {
            return Tagged.Html(await renderer.RenderAsync<ReviewPage>(new()
            {
                [nameof(ReviewPage.Posture)] = posture,
                [nameof(ReviewPage.Report)] = report,
                [nameof(ReviewPage.Now)] = model.Now,
            }));
        }
        return await MissingAsync(renderer, model, "No report yet",
            "This account is not in the settings, or was not judged yet: the first poll of its histories comes within five minutes.");
    }

    private static Task<IResult> MissingAsync(PageRenderer renderer, AccessModel model, string title, string text) => model.Trouble is { } trouble
        ? PageEndpoints.NoticeAsync(renderer, StatusCodes.Status503ServiceUnavailable, "This cannot be shown now", trouble)
        : PageEndpoints.NoticeAsync(renderer, StatusCodes.Status404NotFound, title, text);
}
