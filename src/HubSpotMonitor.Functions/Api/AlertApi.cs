using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>What somebody wants done with an alert.</summary>
/// <param name="Act">ack, snooze-1h, snooze-8h, snooze-until, expected or resolve. Needed.</param>
/// <param name="By">Who. Needed, unless a sign-in tells.</param>
/// <param name="Why">A line for those who read on.</param>
/// <param name="Until">For snooze-until: when it speaks again.</param>
internal sealed record ActWish(string? Act, string? By, string? Why, DateTimeOffset? Until);

/// <summary>Acts on alerts, silences and maintenance windows.</summary>
internal static class AlertApi
{
    public static void MapAlertApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/alerts/{id}/act", ActAsync)
            .Tells<Alert>("Acknowledges, snoozes, expects or resolves an alert").Takes<ActWish>().Refuses(400, 404, 409, 415);
        api.MapGet("/silences", SilencesAsync)
            .Tells<IReadOnlyList<Silence>>("The silences that are in force or just over");
        api.MapPost("/silences", SilenceAsync)
            .Tells<Silence>("Silences what matches, until a given time", 201).Takes<SilenceRequest>().Refuses(400, 415);
        api.MapDelete("/silences/{id}", EndAsync)
            .Tells("Ends a silence");
        api.MapGet("/maintenance-windows", WindowsAsync)
            .Tells<IReadOnlyList<MaintenanceWindow>>("The maintenance windows");
        api.MapPost("/maintenance-windows", PlanAsync)
            .Tells<MaintenanceWindow>("Plans a maintenance window", 201).Takes<WindowRequest>().Refuses(400, 415);
        api.MapDelete("/maintenance-windows/{id}", EndAsync)
            .Tells("Ends a maintenance window");
    }

    private static async Task<IResult> ActAsync(
        string id, HttpRequest request, ActDesk desk, Viewer viewer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (wish, wrong) = await JsonBody.ReadAsync(request, ApiJson.Default.ActWish, cancellationToken);
        if (wish is null)
            return wrong!;
        if (AlertActs.Find(wish.Act) is not { } act)
        {
            return Problem(
                StatusCodes.Status400BadRequest, $"act must be one of {string.Join(", ", Enum.GetValues<AlertAct>().Select(AlertActs.Word))}.");
        }

        var answer = await desk.ActAsync(
            id, new ActRequest(act, viewer.Name ?? wish.By ?? "", wish.Why, wish.Until), clock.GetUtcNow(), cancellationToken);
        return answer switch
        {
            { Outcome: ActOutcome.Done, Alert: { } alert } => TypedResults.Json(ApiEndpoints.WithoutOutbox(alert), ApiJson.Default.Alert),
            { Outcome: ActOutcome.NotFound } => Problem(StatusCodes.Status404NotFound, answer.Sentences[0]),
            { Outcome: ActOutcome.Over } => Problem(StatusCodes.Status409Conflict, answer.Sentences[0]),
            _ => Problem(StatusCodes.Status400BadRequest, string.Join(' ', answer.Sentences)),
        };
    }

    private static async Task<IResult> SilencesAsync(SilenceDesk desk, TimeProvider clock, CancellationToken cancellationToken) =>
        Tagged.Json((await desk.ReadAsync(clock.GetUtcNow(), cancellationToken)).Silences, ApiJson.Default.IReadOnlyListSilence);

    private static async Task<IResult> WindowsAsync(SilenceDesk desk, TimeProvider clock, CancellationToken cancellationToken) =>
        Tagged.Json((await desk.ReadAsync(clock.GetUtcNow(), cancellationToken)).Windows, ApiJson.Default.IReadOnlyListMaintenanceWindow);

    private static async Task<IResult> SilenceAsync(
        HttpRequest request, SilenceDesk desk, Viewer viewer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (wish, wrong) = await JsonBody.ReadAsync(request, ApiJson.Default.SilenceRequest, cancellationToken);
        if (wish is null)
            return wrong!;

        var (made, sentences) = await desk.SilenceAsync(wish with { Author = viewer.Name ?? wish.Author }, clock.GetUtcNow(), cancellationToken);
        return made is null
            ? Problem(StatusCodes.Status400BadRequest, string.Join(' ', sentences))
            : TypedResults.Json(made, ApiJson.Default.Silence, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> PlanAsync(
        HttpRequest request, SilenceDesk desk, Viewer viewer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (wish, wrong) = await JsonBody.ReadAsync(request, ApiJson.Default.WindowRequest, cancellationToken);
        if (wish is null)
            return wrong!;

        var (made, sentences) = await desk.PlanAsync(wish with { Author = viewer.Name ?? wish.Author }, clock.GetUtcNow(), cancellationToken);
        return made is null
            ? Problem(StatusCodes.Status400BadRequest, string.Join(' ', sentences))
            : TypedResults.Json(made, ApiJson.Default.MaintenanceWindow, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> EndAsync(string id, SilenceDesk desk, ActTrail trail, CancellationToken cancellationToken)
    {
        if (await desk.EndAsync(id, cancellationToken) is { } ended)
            trail.Note($"ended {ended}");
        return TypedResults.NoContent();
    }
}
