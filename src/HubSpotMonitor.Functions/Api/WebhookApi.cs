using HubSpotMonitor.Dashboard;
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
        api.MapGet("/events", EventsAsync);
        api.MapGet("/intake", IntakeAsync);
        api.MapGet("/dead-letters", DeadLettersAsync);
        api.MapPost("/dead-letters/{id}/redrive", RedriveAsync);
        api.MapPost("/replay", ReplayAsync);
    }

    private static async Task<IResult> EventsAsync(HttpRequest request, EventReport report, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (query, wrong) = EventQuery.Parse(request.Query, clock.GetUtcNow());
        if (query is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var events = await report.ReadEventsAsync(query.Portal, query.Type, query.Interval.From, query.Interval.To, query.Take, cancellationToken);
        return Hosting.Tagged.Json([.. events.Select(EventView.Of)], ApiJson.Default.IReadOnlyListEventView);
    }

    private static async Task<IResult> IntakeAsync(HttpRequest request, EventReport report, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (interval, wrong) = Interval.Parse(request.Query, clock.GetUtcNow(), MaxIntakeDays);
        return interval is null
            ? Problem(StatusCodes.Status400BadRequest, wrong)
            : Hosting.Tagged.Json(await report.ReadIntakeAsync(interval.From, interval.To, cancellationToken), ApiJson.Default.IReadOnlyListIntakeCount);
    }

    private static async Task<IResult> DeadLettersAsync(EventReport report, CancellationToken cancellationToken) =>
        Hosting.Tagged.Json(await report.ReadDeadLettersAsync(MaxDeadLetters, cancellationToken), ApiJson.Default.IReadOnlyListDeadLetter);

    private static async Task<IResult> RedriveAsync(string id, DeadLetterDesk desk, TimeProvider clock, CancellationToken cancellationToken) =>
        await desk.RedriveAsync(id, clock.GetUtcNow(), cancellationToken) switch
        {
            null => Problem(StatusCodes.Status404NotFound, "There is no dead letter with this id; perhaps it was stored meanwhile."),
            { IsStored: true } stored => TypedResults.Json(stored, ApiJson.Default.Redrive),
            var kept => Problem(StatusCodes.Status409Conflict, kept.Says),
        };

    private static async Task<IResult> ReplayAsync(HttpRequest request, Pipeline pipeline, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (interval, wrong) = Interval.Parse(request.Query, now, MaxReplayDays);
        if (interval is null || !request.Query.ContainsKey("from") || !request.Query.ContainsKey("to"))
            return Problem(StatusCodes.Status400BadRequest, wrong ?? "from and to are needed: which events shall be judged again?");

        return TypedResults.Json(await pipeline.ReplayEventsAsync(interval.From, interval.To, now, cancellationToken), ApiJson.Default.EventReplay);
    }
}
