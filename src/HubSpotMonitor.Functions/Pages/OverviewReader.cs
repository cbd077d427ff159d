using HubSpotMonitor.Dashboard;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Reads the overview, and still gives one when the store is down: then it says so.</summary>
internal sealed partial class OverviewReader(DashboardReader dashboard, HealthReader health, TimeProvider clock, ILogger<OverviewReader> logger)
{
    private const int Alerts = 100;
    private const int Deliveries = 12;

    // A store that is down is retried for longer than a person looks at an empty page. Real time, whatever the clock.
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(8);

    public async Task<OverviewModel> ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var now = clock.GetUtcNow();
        var complaints = ComplaintsAsync(now, linked.Token);
        var model = new OverviewModel { Now = now };
        try
        {
            var portals = dashboard.ReadPortalsAsync(now, linked.Token);
            var alerts = dashboard.ReadAlertsAsync(Alerts, linked.Token);
            var deliveries = dashboard.ReadDeliveriesAsync(Deliveries, linked.Token);
            await Task.WhenAll(portals, alerts, deliveries);
            model = model with { Portals = await portals, Alerts = await alerts, Deliveries = await deliveries };
        }
        // The edge of the page: whatever it was, the reader gets a page that says so, and the log the reason.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ReadFailed(exception);
            model = model with { Trouble = "The store does not answer, so nothing can be shown. Polling goes on and the page tries again by itself; the log holds the reason." };
        }

        return model with { Complaints = await complaints };
    }

    private async Task<IReadOnlyList<HealthCheck>> ComplaintsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var report = await health.ReadAsync(now, cancellationToken);
            return [.. report.Checks.Where(check => check.Status != HealthStatus.Healthy)];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            ReadFailed(exception);
            return [new HealthCheck("health", HealthStatus.Unhealthy, "The monitor could not examine itself; the log holds the reason.")];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "The page could not be filled.")]
    private partial void ReadFailed(Exception exception);
}
