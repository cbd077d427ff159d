using System.Runtime.InteropServices;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>How a replay went.</summary>
/// <param name="Events">Stored events that were judged again.</param>
/// <param name="Raised">Findings that nobody was told of before; their alerts are open now.</param>
/// <param name="AlreadyTold">Findings whose alerts exist.</param>
public sealed record EventReplay(int Events, int Raised, int AlreadyTold);

/// <summary>The webhook events of all portals, from the counts to the alerts' rows.</summary>
public sealed class EventWatch(
    EventTable events, EventMemoryTable memory, CheckpointTable checkpoints, IntakeTable intake, IntakeCounter counter, ReadingTable readings,
    AlertDesk alerts, IOptions<WebhooksOptions> options)
{
    /// <summary>How far back the detectors look, and how far around a minute that was delivered late.</summary>
    private static readonly TimeSpan Lookback = TimeSpan.FromMinutes(70);

    /// <summary>Hosts write their counts within seconds; one whose store was away, later.</summary>
    private static readonly TimeSpan StillCounted = TimeSpan.FromMinutes(40);

    /// <summary>The minutes whose counts changed, of all portals.</summary>
    public async Task<ILookup<long, MarkedMinute>> ReadChangedAsync(CancellationToken cancellationToken) =>
        (await events.ReadMarkedAsync(cancellationToken)).ToLookup(minute => minute.Portal);

    /// <summary>Turns one portal's changed minutes into readings and judges them.</summary>
    public async Task WatchAsync(Portal portal, IEnumerable<MarkedMinute> changed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marked = changed.ToList();
        var before = await memory.ReadCheckpointAsync(portal.Id, cancellationToken);
        if (before is null && marked.Count == 0) return; // no webhook ever
        var touched = marked.Select(minute => minute.Minute).ToHashSet();
        var counts = await ReadCountsAsync(portal.Id, touched, now, cancellationToken);
        await readings.WriteAsync(
            [.. counts.Where(count => touched.Contains(count.Minute)).Select(count => ToReading(portal.Id, count))], cancellationToken);
        // What came too late to be true is in the counts, and in nothing that is judged or learned.
        var timely = marked.Where(minute => EventJudge.IsTimely(minute.Minute, minute.ReceivedAt)).Select(minute => minute.Minute).ToHashSet();
        var judged = timely.Count == touched.Count ? counts : await ReadCountsAsync(portal.Id, timely, now, cancellationToken);
        var profiles = await memory.ReadProfilesAsync(portal.Id, cancellationToken);
        var (pushed, pulled) = (LatestOf(marked.Where(minute => minute.IsPushed)), LatestOf(marked.Where(minute => !minute.IsPushed)));
        var judgement = EventJudge.Judge(new(portal.Id, judged, timely, profiles, before, pushed, pulled, now, options.Value.IsJournalOn));
        if (judgement.Checkpoint is { } checkpoint) await readings.WriteAsync([Silence(checkpoint, now)], cancellationToken);
        // Whoever takes webhooks out of the settings waits for none.
        var assessments = options.Value.IsOn
            ? judgement.Assessments
            : [.. judgement.Assessments.Where(assessment => assessment.Rule != SilenceDetector.Rule), SilenceDetector.Off];
        await alerts.ApplyAsync(portal, await checkpoints.ReadClockAsync(portal.Id, cancellationToken), [], assessments, now, cancellationToken);
        await memory.WriteAsync(portal.Id, judgement.Profiles, judgement.Checkpoint, cancellationToken);
        // The mark goes last, so that a run that broke off is made good by the next.
        foreach (var minute in marked) await events.UnmarkAsync(minute, cancellationToken);
    }

    /// <summary>Turns what became of the requests of the last minutes into readings; they belong to no portal.</summary>
    public async Task WatchIntakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await counter.FlushAsync(cancellationToken);
        var counts = await intake.ReadAsync(now - SignatureDetector.Lookback, now.AddMilliseconds(1), cancellationToken);
        await readings.WriteAsync([.. counts.Where(count => count.Minute > now - StillCounted).Select(ToReading)], cancellationToken);
        await alerts.ApplyAsync(
            Portal.Monitor,
            AccountClock.Utc,
            [],
            [.. SignatureDetector.Assess(counts, now), RefusalDetector.Assess(counts, now)],
            now,
            cancellationToken);
    }

    /// <summary>Counts one portal's stored events anew and judges them once more; what was told before is not told again.</summary>
    public async Task<EventReplay> ReplayAsync(
        Portal portal, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (all, counts) = await CountAsync(portal.Id, from, to, cancellationToken);
        await readings.WriteAsync([.. all.Select(count => ToReading(portal.Id, count))], cancellationToken);
        var total = counts.Sum(count => count.Count);
        var checkpoint = await memory.ReadCheckpointAsync(portal.Id, cancellationToken);
        if (checkpoint is null || counts.Count == 0) return new(total, 0, 0);

        var (raised, told) = (0, 0);
        var clock = await checkpoints.ReadClockAsync(portal.Id, cancellationToken);
        // Hour by hour, so that two attacks on one day are two findings.
        foreach (var hour in counts.GroupBy(count => count.Minute.UtcTicks / TimeSpan.TicksPerHour))
        {
            var around = counts.Where(count => count.Minute >= hour.First().Minute - Lookback && count.Minute <= hour.Last().Minute).ToList();
            var profiles = await memory.ReadProfilesAsync(portal.Id, cancellationToken);
            var judgement = EventJudge.Judge(
                new(portal.Id, around, hour.Select(count => count.Minute).ToHashSet(), profiles, checkpoint, null, null, now));
            foreach (var firing in judgement.Assessments
                .Where(assessment => assessment is { Rule: MassChangeDetector.Rule, Condition: Condition.Firing }))
            {
                if (await alerts.WasToldAsync(portal.Id, firing.Finding!, cancellationToken))
                {
                    told++;
                    continue;
                }
                await alerts.ApplyAsync(portal, clock, [], [firing], now, cancellationToken);
                // Remembered as fired, so that the coming runs resolve it.
                checkpoint = checkpoint with
                {
                    Fired = [.. checkpoint.Fired.Where(subject => subject.Subject != firing.Subject), new(firing.Subject, now)],
                };
                raised++;
            }
            await memory.WriteAsync(portal.Id, judgement.Profiles, checkpoint, cancellationToken);
        }
        return new(total, raised, told);
    }

    // All, and those that came in time to be judged.
    private async Task<(IReadOnlyList<EventCount> All, IReadOnlyList<EventCount> Timely)> CountAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        Dictionary<(DateTimeOffset Minute, string Type, string Source), int> all = [];
        Dictionary<(DateTimeOffset Minute, string Type, string Source), int> timely = [];
        await foreach (var stored in events.ReadAsync(portal, null, from, to, cancellationToken))
        {
            var key = (stored.Event.Minute, stored.Event.Type, stored.Event.Source);
            CollectionsMarshal.GetValueRefOrAddDefault(all, key, out _)++;
            if (EventJudge.IsTimely(stored.Event.Minute, stored.ReceivedAt)) CollectionsMarshal.GetValueRefOrAddDefault(timely, key, out _)++;
        }
        return (InOrder(all), InOrder(timely));
    }

    private static IReadOnlyList<EventCount> InOrder(Dictionary<(DateTimeOffset Minute, string Type, string Source), int> counts) =>
        [.. counts.Select(count => new EventCount(count.Key.Minute, count.Key.Type, count.Key.Source, count.Value)).OrderBy(count => count.Minute)];

    private static DateTimeOffset? LatestOf(IEnumerable<MarkedMinute> marked) => marked.Max(minute => (DateTimeOffset?)minute.ReceivedAt);

    // The last hour, and around what arrived late. Each stretch is read once.
    private async Task<IReadOnlyList<EventCount>> ReadCountsAsync(
        long portal, IReadOnlySet<DateTimeOffset> touched, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<(DateTimeOffset From, DateTimeOffset To)> stretches = [];
        var wanted = touched
            .Select(minute => (From: minute - Lookback, To: minute + Lookback))
            .Append((From: now - Lookback, To: now + TimeSpan.FromMinutes(1)));
        foreach (var (from, to) in wanted.OrderBy(stretch => stretch.From))
        {
            if (stretches.Count > 0 && from <= stretches[^1].To) stretches[^1] = (stretches[^1].From, to > stretches[^1].To ? to : stretches[^1].To);
            else stretches.Add((from, to));
        }
        List<EventCount> counts = [];
        foreach (var (from, to) in stretches) counts.AddRange(await events.ReadCountsAsync(portal, from, to, cancellationToken));
        return counts;
    }

    private static Reading Silence(EventCheckpoint checkpoint, DateTimeOffset now) => new()
    {
        Portal = checkpoint.Portal,
        Metric = Metric.WebhookSilence,
        At = now,
        Value = Math.Max(0, Math.Round((now - checkpoint.LastReceivedAt).TotalMinutes, 1)),
    };

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
