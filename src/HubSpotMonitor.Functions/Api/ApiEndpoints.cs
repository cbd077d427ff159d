using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Functions.Exports;
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
        var api = routes.MapGroup("/api").WithMetadata(new ServedBy(FunctionNames.Api)).WithTags("Monitor").KeepChangesForResponders();
        api.MapGet("/portals", PortalsAsync)
            .Tells<IReadOnlyList<PortalView>>("The accounts: how they are watched, what they used today, how that will end");
        api.MapGet("/readings", ReadingsAsync)
            .Tells<IReadOnlyList<Reading>>("One metric of one account over time, with what was expected")
            .Refuses(400)
            .Asks(
                new("portal", "The account's number; for the metric webhook-requests, left out.", IsNeeded: true),
                new("metric", "usage-reported, usage-live, calls, events, …; left out: calls."),
                new("subject", "Part of it, such as an event type and source."),
                QueryWord.From,
                QueryWord.To);
        api.MapGet("/alerts", AlertsAsync)
            .Tells<IReadOnlyList<Alert>>("The alerts, open ones first and of these the worst; at most 200")
            .Asks(QueryWord.Portal, new("state", "Open or Resolved; left out: both."), QueryWord.Csv)
            .Refuses(400);
        api.MapGet("/alerts/{id}", AlertAsync)
            .Tells<Alert>("One alert").Refuses(404);
        api.MapGet("/deliveries", DeliveriesAsync)
            .Tells<IReadOnlyList<DeliveryView>>("What was sent where, and how it went; at most 200").Asks(QueryWord.Csv).Refuses(400);
        api.MapGet("/health", HealthAsync)
            .Tells<HealthReport>("How the monitor itself is").Produces<HealthReport>(503, "application/json");
        api.MapPost("/test-alert", TestAlertApi.SendAsync)
            .Tells<IReadOnlyList<TestAnswer>>("Sends a test message and tells what became of it on each channel")
            .Takes<TestAlertRequest>(isNeeded: false)
            .Refuses(400);
        api.MapWebhookApi();
        api.MapBusApi();
        api.MapAccessApi();
        api.MapRotationApi();
        api.MapAlertApi();
        api.MapExportApi();
        // Only on one machine: a deployed monitor takes readings from HubSpot and from nobody else.
        if (!mode.IsCustomHandler)
        {
            api.MapPost("/readings", ImportAsync)
                .Tells<ImportAnswer>("Takes readings in, on one machine only")
                .Takes<List<Reading>>()
                .Refuses(400, 415);
        }
        // Not left to the page's 404: whoever asks for JSON gets JSON.
        api.MapFallback("/{**rest}", () => Problem(StatusCodes.Status404NotFound, "There is nothing at this address."));

        // Open to probes: whether a portal is blind is nobody's business who is not at this machine.
        // Some of them ask for the status and for no body.
        string[] asked = [HttpMethods.Get, HttpMethods.Head];
        var recent = new RecentHealth(TimeProvider.System);
        var health = door.Mode == SignInMode.Machine
            ? routes.MapMethods("/health", asked, HealthAsync)
            : routes.MapMethods(
                "/health",
                asked,
                (HealthReader reader, TimeProvider clock, CancellationToken cancellationToken) =>
                    HealthInOneWordAsync(recent, reader, clock, cancellationToken));
        health.WithMetadata(new ServedBy(FunctionNames.CheckHealth)).AllowAnonymous();
    }

    private static async Task<IResult> PortalsAsync(DashboardReader dashboard, TimeProvider clock, CancellationToken cancellationToken) =>
        Tagged.Json((await dashboard.ReadPresentAsync(clock.GetUtcNow(), cancellationToken)).Portals, ApiJson.Default.IReadOnlyListPortalView);

    private static async Task<IResult> ReadingsAsync(
        HttpRequest request, DashboardReader dashboard, MonitorScope scope, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (query, wrong) = ReadingQuery.Parse(request, scope, clock.GetUtcNow());
        if (query is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var readings = await dashboard.ReadReadingsAsync(
            query.Portal, query.Metric, query.Subject, query.Interval.From, query.Interval.To, cancellationToken);
        return Tagged.Json(readings, ApiJson.Default.IReadOnlyListReading);
    }

    private static async Task<IResult> AlertsAsync(
        HttpRequest request, DashboardReader dashboard, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal))
            return Problem(StatusCodes.Status400BadRequest, PortalQuery.WantedOrNone);
        if (!WordQuery.TryRead<AlertState>(request.Query, "state", out var state))
            return Problem(StatusCodes.Status400BadRequest, WordQuery.Wanted<AlertState>("state"));

        var alerts = await dashboard.ReadAlertsAsync(MaxRows, portal, state, cancellationToken);
        return CsvAnswer.Or(
            request,
            () => Tagged.Json([.. alerts.Select(WithoutOutbox)], ApiJson.Default.IReadOnlyListAlert),
            "alerts",
            CsvRows.Alerts,
            () => alerts.Select(CsvRows.Of));
    }

    private static async Task<IResult> AlertAsync(string id, DashboardReader dashboard, CancellationToken cancellationToken)
    {
        return await dashboard.FindAlertAsync(id, cancellationToken) is { } found
            ? Tagged.Json(WithoutOutbox(found), ApiJson.Default.Alert)
            : Problem(StatusCodes.Status404NotFound, "There is no alert with this id.");
    }

    private static async Task<IResult> DeliveriesAsync(HttpRequest request, DashboardReader dashboard, CancellationToken cancellationToken)
    {
        var deliveries = await dashboard.ReadDeliveriesAsync(MaxRows, cancellationToken);
        IReadOnlyList<DeliveryView> views = [.. deliveries.Select(DeliveryView.Of)];
        return CsvAnswer.Or(
            request,
            () => Tagged.Json(views, ApiJson.Default.IReadOnlyListDeliveryView),
            "deliveries",
            CsvRows.Deliveries,
            () => views.Select(CsvRows.Of));
    }

    private static async Task<IResult> ImportAsync(
        HttpRequest request, Pipeline pipeline, ActTrail trail, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            return JsonBody.Wanted();

        var now = clock.GetUtcNow();
        var (readings, wrong) = await ReadingImport.ReadAsync(request.Body, now, cancellationToken);
        if (wrong is not null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        if (!pipeline.Watches(readings, out var unknown))
            return Problem(StatusCodes.Status400BadRequest, $"Portal {unknown} is not among the portals of the settings.");

        await pipeline.ImportReadingsAsync(readings, now, cancellationToken);
        trail.Note($"imported {readings.Count} readings of {string.Join(", ", readings.Select(reading => reading.Portal).Distinct())}");
        return TypedResults.Json(new ImportAnswer(readings.Count), ApiJson.Default.ImportAnswer);
    }

    private static async Task<IResult> HealthAsync(MonitorHealth health, TimeProvider clock, CancellationToken cancellationToken) =>
        Health(await health.ReadAsync(clock.GetUtcNow(), cancellationToken));

    private static async Task<IResult> HealthInOneWordAsync(
        RecentHealth recent, HealthReader health, TimeProvider clock, CancellationToken cancellationToken) =>
        Health(await recent.ReadAsync(() => health.ReadAsync(clock.GetUtcNow(), CancellationToken.None), cancellationToken) with { Checks = [] });

    private static IResult Health(HealthReport report)
    {
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(report, ApiJson.Default.HealthReport, statusCode: status);
    }

    // What is still to be sent is the row's own affair.
    internal static Alert WithoutOutbox(Alert alert) => alert with { Unpublished = [], Outbox = [] };
}
