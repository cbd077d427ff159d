using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Acts on an alert from the page: the same confirm page as behind a message's link, opened by whoever may act.</summary>
internal static class AlertActPages
{
    public static void MapAlertActPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts/{id}/act/{act}", AskAsync).RequireAuthorization(Roles.Responder);
        pages.MapPost("/alerts/{id}/act/{act}", ActAsync);
    }

    private static async Task<IResult> AskAsync(string id, string act, ActDesk desk, PageRenderer renderer, CancellationToken cancellationToken)
    {
        if (AlertActs.Find(act) is not { } wanted || await desk.FindAsync(id, cancellationToken) is not { } alert)
        {
            return await NoticeAsync(renderer, StatusCodes.Status404NotFound, "Nothing to act on",
                "The alert is no longer the present one of its kind, or the link is incomplete.");
        }

        return Tagged.Html(await renderer.RenderAsync<ActPage>(Parameters(alert, wanted, [])));
    }

    private static async Task<IResult> ActAsync(
        string id,
        string act,
        HttpContext context,
        ActDesk desk,
        Viewer viewer,
        PageRenderer renderer,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (AlertActs.Find(act) is not { } wanted)
            return await NoticeAsync(renderer, StatusCodes.Status404NotFound, "Nothing to act on", "The link is incomplete.");

        if (!context.Request.HasFormContentType) return PageForm.Wanted();
        var form = await PageForm.ReadAsync(context.Request, cancellationToken);
        var request = new ActRequest(wanted, viewer.Name ?? form["by"].ToString(), form["why"], FormTime.Read(form["until"], form["zone"]));
        var answer = await desk.ActAsync(id, request, clock.GetUtcNow(), cancellationToken);
        switch (answer)
        {
            case { Outcome: ActOutcome.Done }:
                return PageAnswer.SeeOther(context, $"/pages/alerts/{Uri.EscapeDataString(id)}");
            case { Outcome: ActOutcome.Refused, Alert: { } alert }:
                var html = await renderer.RenderAsync<ActPage>(Parameters(alert, wanted, answer.Sentences));
                return PageAnswer.Html(html, StatusCodes.Status400BadRequest);
            default:
                return await NoticeAsync(
                    renderer,
                    answer.Outcome == ActOutcome.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict,
                    "There is nothing left to do",
                    answer.Sentences[0]);
        }
    }

    private static Dictionary<string, object?> Parameters(Signals.Alert alert, AlertAct act, IReadOnlyList<string> wrong) => new()
    {
        [nameof(ActPage.Alert)] = alert,
        [nameof(ActPage.Act)] = act,
        [nameof(ActPage.Wrong)] = wrong,
    };

    private static async Task<IResult> NoticeAsync(PageRenderer renderer, int status, string title, string text) =>
        PageAnswer.Html(await renderer.RenderAsync<ActNotice>(new() { [nameof(ActNotice.Title)] = title, [nameof(ActNotice.Text)] = text }), status);
}
