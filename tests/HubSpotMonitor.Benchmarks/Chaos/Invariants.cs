using System.Globalization;
using System.Text.Json;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>What must hold whatever went wrong, read from the tables. Each check returns what is broken, in sentences.</summary>
internal sealed class Invariants(Tables tables)
{
    private const int Shown = 3;

    private static readonly long Account = ChaosWorld.Account.Id;

    public Task<UsageCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken) =>
        new CheckpointTable(tables).ReadAsync(Account, cancellationToken);

    public async Task<IReadOnlyList<string>> CheckAsync(IEnumerable<long> acknowledged, CancellationToken cancellationToken) =>
    [
        .. await CheckEventsAsync(acknowledged, cancellationToken),
        .. await CheckUsageAsync(cancellationToken),
        .. await CheckCheckpointAsync(cancellationToken),
        .. await new AlertInvariants(tables).CheckAsync(cancellationToken),
    ];

    public Task<IReadOnlyList<string>> CheckSentOnceAsync(
        int arrived, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> twoHosts, CancellationToken cancellationToken) =>
        new AlertInvariants(tables).CheckSentOnceAsync(arrived, twoHosts, cancellationToken);

    public Task<string> SummaryAsync(CancellationToken cancellationToken) => new AlertInvariants(tables).SummaryAsync(cancellationToken);

    /// <summary>No checkpoint speaks of data that is not there. Holds at every moment, also while the host is dead.</summary>
    public async Task<IReadOnlyList<string>> CheckCheckpointAsync(CancellationToken cancellationToken)
    {
        // The checkpoint first: what is written after it was read does no harm.
        if (await ReadCheckpointAsync(cancellationToken) is not { } checkpoint) return [];
        List<string> broken = [];
        if (checkpoint.UsedAt is { } usedAt && !await HasAsync(Metric.UsageLive, usedAt) && !await HasAsync(Metric.UsageReported, usedAt))
            broken.Add($"checkpoint: it tells of a counter at {usedAt:O}, which is not stored");
        if (checkpoint.CollectedAt is { } collectedAt && !await HasAsync(Metric.UsageReported, collectedAt))
            broken.Add($"checkpoint: it tells of a reported figure at {collectedAt:O}, which is not stored");
        if (checkpoint is { JudgedUntil: { } until, Outcome: PollOutcome.Good } && !await HasAsync(Metric.Calls, until))
            broken.Add($"checkpoint: it tells of a count judged up to {until:O}, which is not stored");
        return broken;

        async Task<bool> HasAsync(string metric, DateTimeOffset at) =>
            (await ReadAsync(metric, at.AddMilliseconds(-1), at.AddMilliseconds(1), cancellationToken)).Any(reading => reading.At == at);
    }

    /// <summary>Every acknowledged event is stored, no event twice, and the counts of the minutes are those of the events.</summary>
    private async Task<IReadOnlyList<string>> CheckEventsAsync(IEnumerable<long> acknowledged, CancellationToken cancellationToken)
    {
        var table = new EventTable(tables);
        var (from, to) = (ChaosWorld.Begins.AddHours(-1), ChaosWorld.Begins.AddDays(60));
        Dictionary<long, int> stored = [];
        Dictionary<DateTimeOffset, int> minutes = [];
        await foreach (var item in table.ReadAsync(Account, null, from, to, cancellationToken))
        {
            using var json = JsonDocument.Parse(item.Event.Raw);
            var id = json.RootElement.GetProperty("eventId").GetInt64();
            stored[id] = stored.GetValueOrDefault(id) + 1;
            minutes[item.Event.Minute] = minutes.GetValueOrDefault(item.Event.Minute) + 1;
        }
        var counts = await table.ReadCountsAsync(Account, from, to, cancellationToken);
        var counted = counts.GroupBy(count => count.Minute).ToDictionary(same => same.Key, same => same.Sum(count => count.Count));
        var marked = await table.ReadMarkedAsync(cancellationToken);
        return
        [
            .. Broken("webhooks: acknowledged, but not stored: event", acknowledged.Where(id => !stored.ContainsKey(id)).Select(Text)),
            .. Broken("webhooks: stored more than once: event", stored.Where(pair => pair.Value > 1).Select(pair => Text(pair.Key))),
            .. Broken("webhooks: the count is not the number of events in minute",
                minutes.Keys.Union(counted.Keys).Where(IsCountedWrongly).Select(Text)),
            .. Broken("webhooks: nobody has worked on what changed in minute", marked.Select(minute => Text(minute.Minute))),
        ];

        bool IsCountedWrongly(DateTimeOffset minute) => minutes.GetValueOrDefault(minute) != counted.GetValueOrDefault(minute);
    }

    /// <summary>
    /// No instant has two readings, intervals do not overlap and leave nothing out, and a count is the difference of the counters at its ends.
    /// </summary>
    private async Task<IReadOnlyList<string>> CheckUsageAsync(CancellationToken cancellationToken)
    {
        var (from, to) = (ChaosWorld.Begins.AddHours(-1), ChaosWorld.Begins.AddDays(60));
        var live = await ReadAsync(Metric.UsageLive, from, to, cancellationToken);
        var reported = await ReadAsync(Metric.UsageReported, from, to, cancellationToken);
        var all = await ReadAsync(Metric.Calls, from, to, cancellationToken);
        List<Reading> counts = [.. all.Where(count => count.Since >= ChaosWorld.Begins)];
        var values = live.Concat(reported).ToLookup(counter => counter.At, counter => counter.Value);
        var pairs = counts.Zip(counts.Skip(1)).ToList();
        return
        [
            .. counts.Count == 0 ? ["usage: not one count is stored"] : Array.Empty<string>(),
            .. Broken("usage: two live counters at", Twice(live)),
            .. Broken("usage: two reported counters at", Twice(reported)),
            .. Broken("usage: two counts at", Twice(all)),
            .. Broken("usage: counts overlap at",
                pairs.Where(pair => pair.Second.Since < pair.First.At).Select(pair => Text(pair.Second.Since!.Value))),
            .. Broken("usage: no count tells of the calls after",
                pairs.Where(pair => IsWithinADay(pair.Second) && pair.Second.Since > pair.First.At).Select(pair => Text(pair.First.At))),
            .. Broken("usage: not the difference of two counters: the count at",
                counts.Where(count => IsWithinADay(count) && !AddsUp(count)).Select(count => Text(count.At))),
        ];

        bool IsWithinADay(Reading count) => count.Quality != ReadingQuality.Reset;

        bool AddsUp(Reading count) => values[count.At].Any(end => values[count.Since!.Value].Any(start => end - start == count.Value));
    }

    private Task<IReadOnlyList<Reading>> ReadAsync(string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        new ReadingTable(tables).ReadAsync(Account, metric, from, to, cancellationToken);

    private static IEnumerable<string> Twice(IEnumerable<Reading> readings) =>
        readings.GroupBy(reading => reading.At).Where(same => same.Count() > 1).Select(same => Text(same.Key));

    /// <summary>One sentence for all of a kind, or none.</summary>
    internal static IEnumerable<string> Broken(string what, IEnumerable<string> which)
    {
        List<string> all = [.. which];
        if (all.Count > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{what} {string.Join(", ", all.Take(Shown))}{(all.Count > Shown ? $" and {all.Count - Shown} more" : "")}");
        }
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
