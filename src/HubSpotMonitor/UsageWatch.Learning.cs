using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>How a detector learns from the past that is stored.</summary>
public sealed partial class UsageWatch
{
    private const int MostLooks = 20;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LearnFrom = TimeSpan.FromDays(28);

    /// <summary>A detector that knows so much less than is stored is not made anew for it.</summary>
    private static readonly TimeSpan DayOfGrace = TimeSpan.FromDays(1);

    /// <summary>
    /// The detector fits its model anew by itself at the first count of the account's day. Here it is rebuilt from what is stored where
    /// there is none, where it knows less than is stored, as after a version that could not read the one before, where its week is of another time
    /// zone, or where the settings want part of its past ignored.
    /// </summary>
    /// <returns>The detector.</returns>
    public async Task<CountDetector> TrainAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken) =>
        await TrainAsync(options, await checkpoints.ReadClockAsync(options.Id, cancellationToken), now, cancellationToken);

    private async Task<CountDetector> TrainAsync(
        PortalOptions options, AccountClock clock, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await TakeUpAsync(options, clock, now, cancellationToken)).Detector;
        var from = options.IgnoreBefore > now - LearnFrom ? options.IgnoreBefore.Value : now - LearnFrom;
        var isAllowed = known?.First >= (options.IgnoreBefore ?? DateTimeOffset.MinValue);
        if (isAllowed && known!.First <= from + DayOfGrace) return known;
        var history = await readings.ReadAsync(options.Id, Metric.Calls, from, now, cancellationToken);
        if (isAllowed && !history.Any(count => count.Since < known!.First - DayOfGrace)) return known!;
        return await LearnAsync(options, clock, history, now, cancellationToken);
    }

    /// <summary>Stores readings measured elsewhere and the counts they make, and learns from them.</summary>
    /// <returns>The detector.</returns>
    public async Task<CountDetector> ImportAsync(
        PortalOptions options, IReadOnlyList<Reading> imported, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Only HubSpot tells the account's midnight, and without it the counter's resets cannot be read.
        // The poll at the host's start may be at it: then it is waited for.
        for (var look = 0; look < MostLooks && await checkpoints.ReadAsync(options.Id, cancellationToken) is null; look++)
        {
            if (await PollAsync(options, now, cancellationToken) is null) await Task.Delay(LookAgain, cancellationToken);
        }
        var clock = await checkpoints.ReadClockAsync(options.Id, cancellationToken);
        await readings.WriteAsync(imported, cancellationToken);
        // Both counters count the same calls: one of them makes the counts.
        var counters = imported.ToLookup(reading => reading.Metric);
        var counts = UsageCounter.Count(counters[counters.Contains(Metric.UsageLive) ? Metric.UsageLive : Metric.UsageReported], clock);
        await readings.WriteAsync(counts, cancellationToken);
        // A past that is sent in parts is learned whole, and what holds no calls teaches nothing.
        var first = counts.Concat(counters[Metric.Calls]).Select(count => count.At).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (first == DateTimeOffset.MaxValue)
            return (await TakeUpAsync(options, clock, now, cancellationToken)).Detector ?? new CountDetector(clock, options.Strictness);
        var from = new[] { first < now - LearnFrom ? first : now - LearnFrom, options.IgnoreBefore ?? DateTimeOffset.MinValue }.Max();
        return await LearnAsync(
            options, clock, await readings.ReadAsync(options.Id, Metric.Calls, from, now.AddTicks(1), cancellationToken), now, cancellationToken);
    }

    // What is learned from the past is judged as it would have been then: the page has a band to show.
    private async Task<CountDetector> LearnAsync(
        PortalOptions options, AccountClock clock, IReadOnlyList<Reading> history, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (detector, judged) = await Task.Run(
            () => Replay(history, options.IgnoreBefore ?? DateTimeOffset.MinValue, new CountDetector(clock, options.Strictness)), cancellationToken);
        if (judged.Count > 0) await ShowAsync(options.Id, [.. judged.Where(count => count.At > judged[^1].At.AddDays(-1))], now, cancellationToken);
        await detectors.ReplaceAsync(options.Id, Metric.Calls, null, detector, cancellationToken);
        return detector;
    }

    private async Task ShowAsync(long portal, IReadOnlyList<Reading> lastDay, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await readings.WriteAsync(lastDay, cancellationToken);
        // Not while a poll is at work: its own checkpoint would be refused, and the next poll would count the same calls again.
        var stored = await checkpoints.ReadStoredAsync(portal, cancellationToken);
        if (stored.Checkpoint is not { } checkpoint || await TryHoldAsync(portal, stored, now) is not { } held) return;
        await checkpoints.TryWriteAsync(checkpoint with { Hours = HourOfCalls.Add([], lastDay) }, held, cancellationToken);
    }

    // A count that reaches into the time to be ignored would have all of it learned anew every night.
    private static (CountDetector Detector, List<Reading> Judged) Replay(
        IReadOnlyList<Reading> history, DateTimeOffset from, CountDetector detector) =>
        (detector,
        [
            .. history
                .Where(count => count.Since >= from)
                .Select(count => count with { Expected = UsageJudge.Take(detector, count).Expected ?? count.Expected }),
        ]);
}
