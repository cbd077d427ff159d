using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Functions.Pages;

namespace HubSpotMonitor.Functions.Acts;

/// <summary>
/// The signed links in messages: looking shows a page and changes nothing, the button on it acts. No login: the signature is the key.
/// </summary>
internal static class ActEndpoint
{
    public static void MapAlertActs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alerts/{id}/act", LookAsync).WithMetadata(new ServedBy(FunctionNames.ActOnAlert)).AllowAnonymous();
        routes.MapPost("/alerts/{id}/act", ActAsync).WithMetadata(new ServedBy(FunctionNames.ActOnAlert)).AllowAnonymous();
    }

    private static async Task<IResult> LookAsync(
        string id, string? token, ActDesk desk, PageRenderer renderer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var look = await desk.LookAsync(id, token, clock.GetUtcNow(), cancellationToken);
        return look is { Check: LinkCheck.Valid, Alert: { } alert, Token: { } read }
            ? await PageAsync(renderer, StatusCodes.Status200OK, new()
            {
                [nameof(ActPage.Alert)] = alert,
                [nameof(ActPage.Act)] = read.Act,
                [nameof(ActPage.Token)] = token,
            })
            : await RefuseAsync(renderer, look.Check);
    }

    private static async Task<IResult> ActAsync(
        string id, string? token, HttpRequest request, ActDesk desk, PageRenderer renderer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await desk.CheckAsync(id, token, now, cancellationToken) is var check and not LinkCheck.Valid) return await RefuseAsync(renderer, check);
        if (!request.HasFormContentType) return PageForm.Wanted();
        var form = await PageForm.ReadOfStrangerAsync(request, PageForm.Patience, cancellationToken);
        var use = await desk.ActByLinkAsync(id, token, form["by"], form["why"], FormTime.Read(form["until"], form["zone"]), now, cancellationToken);
        return use.Answer switch
        {
            null => await RefuseAsync(renderer, use.Check),
            { Outcome: ActOutcome.Done, Alert: { } alert } done => await BareNotice.AnswerAsync(renderer, StatusCodes.Status200OK, done.Sentences[0],
                $"{alert.Finding.Headline} - {alert.Portal}. It stands in the alert's history under the name you gave, as done by a link."),
            { Outcome: ActOutcome.Refused, Alert: { } alert } refused => await PageAsync(renderer, StatusCodes.Status400BadRequest, new()
            {
                [nameof(ActPage.Alert)] = alert,
                [nameof(ActPage.Act)] = use.Token!.Act,
                [nameof(ActPage.Token)] = token,
                [nameof(ActPage.Wrong)] = refused.Sentences,
            }),
            _ => await RefuseAsync(renderer, LinkCheck.Outdated),
        };
    }

    private static Task<IResult> RefuseAsync(PageRenderer renderer, LinkCheck check) => check switch
    {
        LinkCheck.Expired => BareNotice.AnswerAsync(renderer, StatusCodes.Status410Gone, "This link has expired",
            $"Links in messages act for {ActLinks.Lifetime.TotalHours:0} hours. Use the page of the alert instead."),
        LinkCheck.Used => BareNotice.AnswerAsync(renderer, StatusCodes.Status410Gone, "This link was used already",
            "It acts once only. Nothing was changed now."),
        LinkCheck.Outdated => BareNotice.AnswerAsync(renderer, StatusCodes.Status410Gone, "There is nothing left to do",
            "The alert is over, or it came back since: then its newest message has links that act."),
        // Whether there is such an alert is nobody's business who has no valid link.
        _ => BareNotice.AnswerAsync(renderer, StatusCodes.Status404NotFound, "This link is not valid",
            "It is incomplete or was changed on its way. Copy the whole address from the message."),
    };

    private static async Task<IResult> PageAsync(PageRenderer renderer, int status, Dictionary<string, object?> parameters) =>
        PageAnswer.Html(await renderer.RenderAsync<ActPage>(parameters), status);
}
