using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Dashboard;

/// <summary>All that page and API read. Every method takes the time once and reads ranges, never whole tables.</summary>
public sealed class DashboardReader
{
    /// <summary>Every configured portal, in the order of the settings.</summary>
    public Task<IReadOnlyList<PortalView>> ReadPortalsAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Open alerts first, then the newest resolved ones; at most <paramref name="take"/>.</summary>
    public Task<IReadOnlyList<Alert>> ReadAlertsAsync(int take, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The newest deliveries; at most <paramref name="take"/>.</summary>
    public Task<IReadOnlyList<AlertDelivery>> ReadDeliveriesAsync(int take, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Readings of one metric with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Reading>> ReadReadingsAsync(long portal, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Never throws for a store that is down: that is one of its answers.</summary>
    public Task<HealthReport> ReadHealthAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
}
