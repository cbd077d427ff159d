using System.Collections.Concurrent;
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

    /// <summary>Portals whose past is kept: as many as people look at within an hour, at some 2 MB each.</summary>
    private const int Kept = 20;

    /// <summary>Counts younger than this may still change: a poll that was late fills them in.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Past> _pasts = [];

    public async Task<UsageHistory> ReadAsync(
        long portal, AccountClock clock, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var counts = ReadCountsAsync(portal, clock.Midnight(from), to, cancellationToken);
        var touching = ReadAlertsAsync(portal, from, to, cancellationToken);
        var events = activity.ReadAsync(portal, ActivityFeed.Security, from, to, cancellationToken).Take(MostEvents).ToListAsync(cancellationToken);
        return new(await counts, await touching, await events);
    }

    /// <summary>
    /// Calls alone, oldest first. Four weeks are 8,000 rows, and whoever keeps a page open asks for them every minute: what is settled is
    /// read once an hour.
    /// </summary>
    /// <param name="portal">Whose.</param>
    /// <param name="from">The first.</param>
    /// <param name="to">Now, or not far from it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<Reading>> ReadCountsAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (_pasts.TryGetValue(portal, out var past) && past.Serves(from, to))
        {
            var fresh = await readings.ReadAsync(portal, Metric.Calls, past.SettledUntil, to, cancellationToken);
            return [.. past.Counts.Where(count => count.At >= from && count.At < past.SettledUntil), .. fresh];
        }
        var counts = await readings.ReadAsync(portal, Metric.Calls, from, to, cancellationToken);
        var read = new Past(from, to, counts);
        // An incident of last week is looked at once; the present again and again.
        if (read.IsWhole && !(past?.Until > to))
        {
            if (_pasts.Count >= Kept) _pasts.Clear();
            _pasts[portal] = read;
        }
        return counts;
    }

    private async Task<IReadOnlyList<Alert>> ReadAlertsAsync(long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var current = (await alerts.ReadCurrentAsync(portal, cancellationToken)).Select(stored => stored.Alert);
        var closed = await alerts.ReadClosedAsync(portal, Closed, cancellationToken);
        return [.. current.Concat(closed).DistinctBy(alert => alert.Id)
            .Where(alert => alert.Finding.Since < to && (alert.ResolvedAt ?? to) >= from)
            .OrderBy(alert => alert.Finding.Since)];
    }

    private sealed record Past(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<Reading> Counts)
    {
        // Holes may still be filled, by an import: then it is read anew each time.
        public bool IsWhole => Counts.Sum(count => (count.At - (count.Since ?? count.At)).TotalMinutes) >= (Until - From).TotalMinutes * 0.95;

        // A whole minute, since rows are found by the millisecond: cut within one, a count would be on both sides.
        public DateTimeOffset SettledUntil => (Until - Settled).Floor(TimeSpan.FromMinutes(1));

        public bool Serves(DateTimeOffset from, DateTimeOffset to) => From <= from && to >= Until && to - Until < Settled;
    }
}
