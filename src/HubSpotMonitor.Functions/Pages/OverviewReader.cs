using HubSpotMonitor.Dashboard;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Reads the overview. What the monitor says of itself is shown also when the store is down.</summary>
internal sealed class OverviewReader(DashboardReader dashboard, HealthReader health, TimeProvider clock, PageReading reading)
{
    private const int Deliveries = 12;

    public async Task<OverviewModel> ReadAsync(CancellationToken cancellationToken)
    {
        var model = new OverviewModel { Now = clock.GetUtcNow() };
        var complaints = reading.TryAsync(
            token => ComplaintsAsync(model.Now, token),
            [new HealthCheck("health", HealthStatus.Unhealthy, "The monitor could not examine itself; the log holds the reason.")],
            cancellationToken);
        var filled = await reading.TryAsync(
            token => FillAsync(model, token),
            model with { Trouble = PageReading.NoStore },
            cancellationToken);
        return filled with { Complaints = await complaints };
    }

    private async Task<OverviewModel> FillAsync(OverviewModel model, CancellationToken cancellationToken)
    {
        var deliveries = dashboard.ReadDeliveriesAsync(Deliveries, cancellationToken);
        var present = await dashboard.ReadPresentAsync(model.Now, cancellationToken);
        return model with { Portals = present.Portals, Alerts = present.Alerts, Deliveries = await deliveries };
    }

    private async Task<IReadOnlyList<HealthCheck>> ComplaintsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        [.. (await health.ReadAsync(now, cancellationToken)).Checks.Where(check => check.Status != HealthStatus.Healthy)];
}
