using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>What webhooks brought: stored events, dead letters, what became of the requests.</summary>
internal static class WebhookApi
{
    private const int MaxDeadLetters = 200;
    private const int MaxIntakeDays = 7;

    // Counted within one answer: more would outlast the caller's patience.
    private const int MaxReplayDays = 7;

    public static void MapWebhookApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", EventsAsync)
            .Tells<IReadOnlyList<EventView>>("Stored webhook events as HubSpot sent them")
            .Refuses(400)
            .Asks(
                QueryWord.OnePortal,
                new("type", "The event type, such as contact.deletion; left out: all."),
                QueryWord.From,
                QueryWord.To,
                new("take", "How many at most, 1 to 1000; left out: 200."),
                QueryWord.Csv);
        api.MapGet("/intake", IntakeAsync)
            .Tells<IReadOnlyList<IntakeCount>>("What became of webhook requests, by minute and outcome")
            .Asks(QueryWord.From, QueryWord.To, QueryWord.Csv)
            .Refuses(400);
        api.MapGet("/dead-letters", DeadLettersAsync)
            .Tells<IReadOnlyList<DeadLetter>>("Events that could not be stored; the newest 200").Asks(QueryWord.Csv).Refuses(400);
        api.MapPost("/dead-letters/{id}/redrive", RedriveAsync)
            .Tells<Redrive>("Tries again to store a dead letter").Refuses(404, 409);
        api.MapPost("/replay", ReplayAsync)
            .Tells<EventReplay>("Counts and judges stored events again, without telling anybody twice").Refuses(400)
            .Asks(QueryWord.From with { IsNeeded = true }, QueryWord.To with { IsNeeded = true });
    }

    private static async Task<IResult> EventsAsync(
        HttpRequest request, EventReport report, MonitorScope scope, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (query, wrong) = EventQuery.Parse(request, scope, clock.GetUtcNow());
        if (query is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var events = await report.ReadEventsAsync(query.Portal, query.Type, query.Interval.From, query.Interval.To, query.Take, cancellationToken);
        IReadOnlyList<EventView> views = [.. events.Select(EventView.Of)];
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(views, ApiJson.Default.IReadOnlyListEventView),
            "events",
            CsvRows.Events,
            () => views.Select(CsvRows.Of));
    }

    private static async Task<IResult> IntakeAsync(HttpRequest request, EventReport report, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (interval, wrong) = Interval.Parse(request.Query, clock.GetUtcNow(), MaxIntakeDays);
        if (interval is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var counts = await report.ReadIntakeAsync(interval.From, interval.To, cancellationToken);
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(counts, ApiJson.Default.IReadOnlyListIntakeCount),
            "intake",
            CsvRows.Intake,
            () => counts.Select(CsvRows.Of));
    }

    private static async Task<IResult> DeadLettersAsync(HttpRequest request, EventReport report, CancellationToken cancellationToken)
    {
        var letters = await report.ReadDeadLettersAsync(MaxDeadLetters, cancellationToken);
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(letters, ApiJson.Default.IReadOnlyListDeadLetter),
            "dead-letters",
            CsvRows.DeadLetters,
            () => letters.Select(CsvRows.Of));
    }

    private static async Task<IResult> RedriveAsync(
        string id, DeadLetterDesk desk, ActTrail trail, TimeProvider clock, CancellationToken cancellationToken)
    {
        var redrive = await desk.RedriveAsync(id, clock.GetUtcNow(), cancellationToken);
        if (redrive is not null)
            trail.NoteRedrive(id, redrive.IsStored);
        return redrive switch
        {
            null => Problem(StatusCodes.Status404NotFound, "There is no dead letter with this id; perhaps it was stored meanwhile."),
            { IsStored: true } stored => TypedResults.Json(stored, ApiJson.Default.Redrive),
            var kept => Problem(StatusCodes.Status409Conflict, kept.Says),
        };
    }

    private static async Task<IResult> ReplayAsync(
        HttpRequest request, Pipeline pipeline, ActTrail trail, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (interval, wrong) = Interval.Parse(request.Query, now, MaxReplayDays);
        if (interval is null || !request.Query.ContainsKey("from") || !request.Query.ContainsKey("to"))
            return Problem(StatusCodes.Status400BadRequest, wrong ?? "from and to are needed: which events shall be judged again?");

        var replay = await pipeline.ReplayEventsAsync(interval.From, interval.To, now, cancellationToken);
        trail.Note($"had {replay.Events} events from {interval.From.UtcDateTime:u} to {interval.To.UtcDateTime:u} judged again");
        return TypedResults.Json(replay, ApiJson.Default.EventReplay);
    }
}
