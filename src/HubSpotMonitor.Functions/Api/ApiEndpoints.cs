using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>What the page shows, as JSON, and the health of the monitor itself.</summary>
internal static class ApiEndpoints
{
    // A page of a terminal; older ones are in the store.
    private const int MaxRows = 200;

    public static void MapMonitorApi(this IEndpointRouteBuilder routes, HostMode mode, FrontDoor door)
    {
        var api = routes.MapGroup("/api").WithMetadata(new ServedBy(FunctionNames.Api)).KeepChangesForResponders();
        api.MapGet("/portals", PortalsAsync);
        api.MapGet("/readings", ReadingsAsync);
        api.MapGet("/alerts", AlertsAsync);
        api.MapGet("/alerts/{id}", AlertAsync);
        api.MapGet("/deliveries", DeliveriesAsync);
        api.MapGet("/health", HealthAsync);
        api.MapPost("/test-alert", TestAlertApi.SendAsync);
        api.MapWebhookApi();
        api.MapBusApi();
        api.MapAccessApi();
        api.MapRotationApi();
        api.MapAlertApi();
        // Only on one machine: a deployed monitor takes readings from HubSpot and from nobody else.
        if (!mode.IsCustomHandler)
            api.MapPost("/readings", ImportAsync);
        // Not left to the page's 404: whoever asks for JSON gets JSON.
        api.MapFallback("/{**rest}", () => Problem(StatusCodes.Status404NotFound, "There is nothing at this address."));

        // Open to probes: whether a portal is blind is nobody's business who is not at this machine.
        var health = door.Mode == SignInMode.Machine ? routes.MapGet("/health", HealthAsync) : routes.MapGet("/health", HealthInOneWordAsync);
        health.WithMetadata(new ServedBy(FunctionNames.CheckHealth)).AllowAnonymous();
    }

    private static async Task<IResult> PortalsAsync(DashboardReader dashboard, TimeProvider clock, CancellationToken cancellationToken) =>
        Tagged.Json(await dashboard.ReadPortalsAsync(clock.GetUtcNow(), cancellationToken), ApiJson.Default.IReadOnlyListPortalView);

    private static async Task<IResult> ReadingsAsync(HttpRequest request, DashboardReader dashboard, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (query, wrong) = ReadingQuery.Parse(request.Query, clock.GetUtcNow());
        if (query is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var readings = await dashboard.ReadReadingsAsync(query.Portal, query.Metric, query.Subject, query.Interval.From, query.Interval.To, cancellationToken);
        return Tagged.Json(readings, ApiJson.Default.IReadOnlyListReading);
    }

    private static async Task<IResult> AlertsAsync(DashboardReader dashboard, CancellationToken cancellationToken)
    {
        var alerts = await dashboard.ReadAlertsAsync(MaxRows, cancellationToken);
        return Tagged.Json([.. alerts.Select(WithoutOutbox)], ApiJson.Default.IReadOnlyListAlert);
    }

    private static async Task<IResult> AlertAsync(string id, DashboardReader dashboard, CancellationToken cancellationToken)
    {
        var alerts = await dashboard.ReadAlertsAsync(MaxRows, cancellationToken);
        return alerts.FirstOrDefault(alert => alert.Id == id) is { } found
            ? Tagged.Json(WithoutOutbox(found), ApiJson.Default.Alert)
            : Problem(StatusCodes.Status404NotFound, "There is no alert with this id.");
    }

    private static async Task<IResult> DeliveriesAsync(DashboardReader dashboard, CancellationToken cancellationToken)
    {
        var deliveries = await dashboard.ReadDeliveriesAsync(MaxRows, cancellationToken);
        return Tagged.Json([.. deliveries.Select(DeliveryView.Of)], ApiJson.Default.IReadOnlyListDeliveryView);
    }

    private static async Task<IResult> ImportAsync(HttpRequest request, Pipeline pipeline, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Also keeps other sites' forms out: a browser sends this type across sites only after asking, and we never agree.
        if (!request.HasJsonContentType())
            return Problem(StatusCodes.Status415UnsupportedMediaType, "Send application/json.");

        var now = clock.GetUtcNow();
        var (readings, wrong) = await ReadingImport.ReadAsync(request.Body, now, cancellationToken);
        if (wrong is not null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        if (!pipeline.Watches(readings, out var unknown))
            return Problem(StatusCodes.Status400BadRequest, $"Portal {unknown} is not among the portals of the settings.");

        await pipeline.ImportReadingsAsync(readings, now, cancellationToken);
        return TypedResults.Json(new ImportAnswer(readings.Count), ApiJson.Default.ImportAnswer);
    }

    private static async Task<IResult> HealthAsync(HealthReader health, TimeProvider clock, CancellationToken cancellationToken) =>
        Health(await health.ReadAsync(clock.GetUtcNow(), cancellationToken));

    private static async Task<IResult> HealthInOneWordAsync(HealthReader health, TimeProvider clock, CancellationToken cancellationToken) =>
        Health(await health.ReadAsync(clock.GetUtcNow(), cancellationToken) with { Checks = [] });

    private static IResult Health(HealthReport report)
    {
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(report, ApiJson.Default.HealthReport, statusCode: status);
    }

    // What is still to be sent is the row's own affair.
    internal static Alert WithoutOutbox(Alert alert) => alert with { Unpublished = [], Outbox = [] };
}
