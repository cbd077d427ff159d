using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>One portal's calls over a stretch of time, and what happened beside them.</summary>
/// <param name="Counts">Calls since the account's midnight before the stretch, oldest first: so that a day that is cut can be added up.</param>
/// <param name="Alerts">Incidents that touch the stretch, oldest first.</param>
/// <param name="Events">Its security activity, oldest first.</param>
public sealed record UsageHistory(IReadOnlyList<Reading> Counts, IReadOnlyList<Alert> Alerts, IReadOnlyList<ActivityEvent> Events);

/// <summary>What the page of a portal draws.</summary>
public sealed class UsageReport(ReadingTable readings, AlertTable alerts, ActivityTable activity)
{
    /// <summary>Incidents that are over and still looked through.</summary>
    private const int Closed = 100;

    /// <summary>More flags than this are a wall, and a stolen token does not need them.</summary>
    private const int MostEvents = 2_000;

    public async Task<UsageHistory> ReadAsync(long portal, AccountClock clock, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var counts = readings.ReadAsync(portal, Metric.Calls, clock.Midnight(from), to, cancellationToken);
        var touching = ReadAlertsAsync(portal, from, to, cancellationToken);
        var events = activity.ReadAsync(portal, ActivityFeed.Security, from, to, cancellationToken).Take(MostEvents).ToListAsync(cancellationToken);
        return new(await counts, await touching, await events);
    }

    /// <summary>Calls alone, oldest first.</summary>
    public Task<IReadOnlyList<Reading>> ReadCountsAsync(long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        readings.ReadAsync(portal, Metric.Calls, from, to, cancellationToken);

    private async Task<IReadOnlyList<Alert>> ReadAlertsAsync(long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var current = (await alerts.ReadCurrentAsync(portal, cancellationToken)).Select(stored => stored.Alert);
        var closed = await alerts.ReadClosedAsync(portal, Closed, cancellationToken);
        return [.. current.Concat(closed).DistinctBy(alert => alert.Id)
            .Where(alert => alert.Finding.Since < to && (alert.ResolvedAt ?? to) >= from)
            .OrderBy(alert => alert.Finding.Since)];
    }
}
