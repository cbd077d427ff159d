using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor;

/// <summary>The webhook events of all portals, from the counts to the alerts' rows.</summary>
public sealed class EventWatch(EventTable events, IntakeTable intake, IntakeCounter counter, ReadingTable readings)
{
    /// <summary>How far back the detectors look, and how far around a minute that was delivered late.</summary>
    private static readonly TimeSpan Lookback = TimeSpan.FromMinutes(70);

    /// <summary>A request in flight has marked its minutes but not counted them yet; it gives up after four seconds of real time.</summary>
    private static readonly TimeSpan InFlight = TimeSpan.FromSeconds(10);

    /// <summary>What the detector of forgeries looks at.</summary>
    private static readonly TimeSpan IntakeWindow = TimeSpan.FromMinutes(40);

    /// <summary>The minutes whose counts changed, of all portals.</summary>
    public async Task<ILookup<long, MarkedMinute>> ReadChangedAsync(CancellationToken cancellationToken) =>
        (await events.ReadMarkedAsync(cancellationToken)).ToLookup(minute => minute.Portal);

    /// <summary>Turns one portal's changed minutes into readings.</summary>
    public async Task WatchAsync(Portal portal, IEnumerable<MarkedMinute> changed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marked = changed.ToList();
        var touched = marked.Select(minute => minute.Minute).ToHashSet();
        var counts = await ReadCountsAsync(portal.Id, touched, now, cancellationToken);
        await readings.WriteAsync([.. counts.Where(count => touched.Contains(count.Minute)).Select(count => ToReading(portal.Id, count))], cancellationToken);
        // The mark goes last, so that a run that broke off is made good by the next.
        var settled = TimeProvider.System.GetUtcNow() - InFlight;
        foreach (var minute in marked.Where(minute => minute.WrittenAt < settled)) await events.UnmarkAsync(minute, cancellationToken);
    }

    /// <summary>Turns what became of the requests of the last minutes into readings; they belong to no portal.</summary>
    public async Task WatchIntakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await counter.FlushAsync(cancellationToken);
        var counts = await intake.ReadAsync(now - IntakeWindow, now.AddMilliseconds(1), cancellationToken);
        await readings.WriteAsync([.. counts.Select(ToReading)], cancellationToken);
    }

    // The last hour, and around what arrived late. Each stretch is read once.
    private async Task<IReadOnlyList<EventCount>> ReadCountsAsync(long portal, IReadOnlySet<DateTimeOffset> touched, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<(DateTimeOffset From, DateTimeOffset To)> stretches = [];
        var wanted = touched.Select(minute => (From: minute - Lookback, To: minute + Lookback)).Append((From: now - Lookback, To: now + TimeSpan.FromMinutes(1)));
        foreach (var (from, to) in wanted.OrderBy(stretch => stretch.From))
        {
            if (stretches.Count > 0 && from <= stretches[^1].To) stretches[^1] = (stretches[^1].From, to > stretches[^1].To ? to : stretches[^1].To);
            else stretches.Add((from, to));
        }
        List<EventCount> counts = [];
        foreach (var (from, to) in stretches) counts.AddRange(await events.ReadCountsAsync(portal, from, to, cancellationToken));
        return counts;
    }

    private static Reading ToReading(long portal, EventCount count) => new()
    {
        Portal = portal,
        Metric = Metric.Events,
        Subject = Metric.EventSubject(count.Type, count.Source),
        At = count.Minute.AddMinutes(1),
        Since = count.Minute,
        Value = count.Count,
    };

    private static Reading ToReading(IntakeCount count) => new()
    {
        Portal = Portal.Monitor.Id,
        Metric = Metric.WebhookRequests,
        Subject = count.Outcome.ToString(),
        At = count.Minute.AddMinutes(1),
        Since = count.Minute,
        Value = count.Count,
    };
}
