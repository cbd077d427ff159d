using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor;

/// <summary>One portal's usage, from HubSpot's answer to the alert's row. Data is written before the checkpoint that speaks of it.</summary>
public sealed class UsageWatch(UsagePoller poller, ReadingTable readings, CheckpointTable checkpoints, ModelTable models, AlertDesk alerts)
{
    /// <summary>A clock may be set back by less than a poll; more, and readings would be stored under times already used.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(4);

    /// <summary>An hour of polls: then the earlier time is taken for the right one, rather than being blind for ever.</summary>
    private const int PollsUntilClockIsBelieved = 12;

    private static readonly TimeSpan LearnFrom = TimeSpan.FromDays(28);

    public async Task PollAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await checkpoints.ReadAsync(options.Id, cancellationToken);
        var poll = ClockWentBack(before, now) ?? await poller.PollAsync(options, now, cancellationToken);
        await readings.WriteAsync(poll.Readings, cancellationToken);

        var after = UsageCheckpoint.After(before, options.Id, poll.Outcome, poll.Says, poll.Readings, poll.Clock, now);
        var evidence = await GatherAsync(before, after, cancellationToken);
        var judgement = UsageJudge.Judge(evidence);
        await readings.WriteAsync(judgement.Counts, cancellationToken);
        await alerts.ApplyAsync(options.Portal, evidence.Clock, Chart(judgement.Recent), judgement.Assessments, now, cancellationToken);
        await checkpoints.WriteAsync(Advance(after, judgement), cancellationToken);
    }

    /// <summary>Fits the portal's model anew from what is stored.</summary>
    /// <returns>The model; null while there is too little history.</returns>
    public async Task<SpikeModel?> TrainAsync(long portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var clock = await ClockOfAsync(portal, cancellationToken);
        var history = await readings.ReadAsync(portal, Metric.Calls, now - LearnFrom, now, cancellationToken);
        var model = await Task.Run(() => SpikeModel.Fit(history, clock, now), cancellationToken);
        if (model is not null) await models.WriteAsync(portal, model.ToJson(), model.FittedAt, model.Days, cancellationToken);
        return model;
    }

    /// <summary>Stores readings measured elsewhere and the counts they make, and learns from them.</summary>
    /// <returns>The model; null while there is too little history.</returns>
    public async Task<SpikeModel?> ImportAsync(PortalOptions options, IReadOnlyList<Reading> imported, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Only HubSpot tells the account's midnight, and without it the counter's resets cannot be read.
        if (await checkpoints.ReadAsync(options.Id, cancellationToken) is null) await PollAsync(options, now, cancellationToken);
        var clock = await ClockOfAsync(options.Id, cancellationToken);
        await readings.WriteAsync(imported, cancellationToken);
        // Both counters count the same calls: one of them makes the counts.
        var counters = imported.ToLookup(reading => reading.Metric);
        var counts = UsageCounter.Count(counters[counters.Contains(Metric.UsageLive) ? Metric.UsageLive : Metric.UsageReported], clock);
        await readings.WriteAsync(counts, cancellationToken);
        var model = await TrainAsync(options.Id, now, cancellationToken);
        // The last day is judged after the fact: the page has a band to show, and a drain is seen from the first hour on.
        if (model is not null)
        {
            var day = counts.Where(count => count.At > now.AddDays(-1)).Select(count => count with { Expected = model.Judge(count, clock) });
            await readings.WriteAsync([.. day], cancellationToken);
        }
        return model;
    }

    private async Task<UsageEvidence> GatherAsync(UsageCheckpoint? before, UsageCheckpoint after, CancellationToken cancellationToken)
    {
        var (portal, now) = (after.Portal, after.LastPollAt);
        // The first poll of an hour looks at the whole day, for the drain; the others need the last hours only.
        var isFirstOfHour = before is null || before.LastPollAt.UtcDateTime.Hour != now.UtcDateTime.Hour;
        var window = isFirstOfHour ? TimeSpan.FromHours(24) : UsageJudge.RecentWindow;
        var counterFrom = (after.JudgedUntil ?? now) - TimeSpan.FromMinutes(30);
        var soon = now.AddMilliseconds(1);

        var live = readings.ReadAsync(portal, Metric.UsageLive, counterFrom, soon, cancellationToken);
        var reported = readings.ReadAsync(portal, Metric.UsageReported, counterFrom, soon, cancellationToken);
        var judged = readings.ReadAsync(portal, Metric.Calls, now - window, soon, cancellationToken);
        var model = models.ReadAsync(portal, cancellationToken);
        return new(await live, await reported, await judged, after, SpikeModel.FromJson(await model), AccountClock.FromName(after.TimeZone));
    }

    private async Task<AccountClock> ClockOfAsync(long portal, CancellationToken cancellationToken) =>
        AccountClock.FromName((await checkpoints.ReadAsync(portal, cancellationToken))?.TimeZone);

    private static UsagePoll? ClockWentBack(UsageCheckpoint? before, DateTimeOffset now) =>
        before is not null && before.LastPollAt - now > ClockSlack && before.FailedPolls < PollsUntilClockIsBelieved
            ? new(PollOutcome.ClockWrong, $"This machine's clock says {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC, but a poll is stored from {Words.Duration(before.LastPollAt - now)} later. Nothing is stored under a doubtful time: set the clock.", [], null)
            : null;

    private static UsageCheckpoint Advance(UsageCheckpoint after, UsageJudgement judgement) => after with
    {
        // A checkpoint never goes back: with a wrong clock the last trusted time stays.
        LastPollAt = after.Outcome == PollOutcome.ClockWrong && after.LastGoodPollAt > after.LastPollAt ? after.LastGoodPollAt.Value : after.LastPollAt,
        JudgedUntil = judgement.Counts.Count == 0 ? after.JudgedUntil : judgement.Counts[^1].At,
        HistoryFrom = after.HistoryFrom ?? (judgement.Counts.Count == 0 ? null : judgement.Counts[0].At),
        ForecastAtReset = judgement.Forecast?.AtReset,
        LimitReachedAt = judgement.Forecast?.LimitReachedAt,
    };

    private static IReadOnlyList<ChartPoint> Chart(IReadOnlyList<Reading> recent) =>
        [.. recent.TakeLast(48).Select(count => new ChartPoint(count.At, count.Value, count.Expected?.High))];
}
