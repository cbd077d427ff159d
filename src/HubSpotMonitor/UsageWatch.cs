using Azure;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor;

/// <summary>One portal's usage, from HubSpot's answer to the alert's row. Data is written before the checkpoint that speaks of it.</summary>
public sealed partial class UsageWatch(
    UsagePoller poller, PortalTokens tokens, ReadingTable readings, CheckpointTable checkpoints, DetectorStore detectors, PostureWatch posture,
    AlertDesk alerts)
{
    /// <summary>A clock may be set back by less than a poll; more, and readings would be stored under times already used.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(4);

    /// <summary>An hour of polls: then the earlier time is taken for the right one, rather than being blind for ever.</summary>
    private const int PollsUntilClockIsBelieved = 12;

    /// <summary>Longer than a run may take, shorter than until the next poll.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(4.5);

    /// <summary>
    /// Where polls are a smaller part of a day's calls, twice as many are less than
    /// what a silence may hold: what else the monitor called is not worth a look.
    /// </summary>
    private const double OwnShare = 0.04;

    /// <summary>Whose alerts people may call expected.</summary>
    private static readonly HashSet<string> Rules = [UsageFindings.SpikeRule, UsageFindings.DrainRule, UsageFindings.SilenceRule];

    /// <returns>How the portal stands after it; null: another run is at it, of this host or of another.</returns>
    public async Task<UsageCheckpoint?> PollAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var stored = await checkpoints.ReadStoredAsync(options.Id, cancellationToken);
        // Set back by less than a poll: what is stored now would lie among what was judged. The next poll comes later than all of it.
        if (stored.Checkpoint is { } before && now < before.LastPollAt && before.LastPollAt - now <= ClockSlack) return before;
        // Two polls at once would each count the calls since the last one.
        if (await TryHoldAsync(options.Id, stored, now) is not { } held) return null;
        try
        {
            return await PollAsync(options, held, now, cancellationToken);
        }
        catch
        {
            await GiveBackAsync(options.Id, held, now);
            throw;
        }
    }

    private async Task<UsageCheckpoint?> PollAsync(
        PortalOptions options, StoredCheckpoint held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calls = SentCalls.Count();
        var before = held.Checkpoint;
        var poll = ClockWentBack(before, now) ?? await AskAsync(options, now, cancellationToken);
        await readings.WriteAsync(poll.Readings, cancellationToken);

        var after = UsageCheckpoint.After(before, options.Id, poll.Outcome, poll.Says, poll.Readings, poll.Clock, now);
        var clock = AccountClock.FromName(after.TimeZone);
        var kept = await TakeUpAsync(options, clock, now, cancellationToken);
        if (kept.IsOfAnotherZone)
        {
            await TrainAsync(options, clock, now, cancellationToken);
            kept = await TakeUpAsync(options, clock, now, cancellationToken);
        }
        var evidence = await GatherAsync(options, after, clock, kept.Detector, cancellationToken) with
        {
            OwnCallsADay = await OwnCallsAsync(options, before, cancellationToken),
        };
        var judgement = UsageJudge.Judge(evidence);
        await readings.WriteAsync(judgement.Counts, cancellationToken);
        var told = await posture.ExplainAsync(options.Portal, judgement.Assessments, now, cancellationToken);
        await alerts.ApplyAsync(options.Portal, evidence.Clock, ChartPoint.LatestOf(judgement.Recent), told, now, cancellationToken);
        after = Advance(after, judgement) with { Calls = CallTally.Add(before?.Calls, calls.Number, now) };
        if (!await checkpoints.TryWriteAsync(after, held, cancellationToken)) return null;
        // Last: a crash before it costs the detector a count, a crash after it would have it judge one twice.
        if (judgement.Counts.Count > 0) await detectors.PutAwayAsync(options.Id, Metric.Calls, null, judgement.Detector, kept, cancellationToken);
        return after;
    }

    // An access token can die before its time; whether the grant did too, only a renewal tells.
    private async Task<UsagePoll> AskAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var token = await tokens.OfAsync(options, now, cancellationToken);
            var poll = await poller.PollAsync(options, token, now, cancellationToken);
            if (options.HasToken || poll.Outcome != PollOutcome.DeadToken) return poll;
            return await poller.PollAsync(options, await tokens.RenewAsync(options, token, now, cancellationToken), now, cancellationToken);
        }
        catch (HubSpotException e)
        {
            return new(UsagePoller.OutcomeOf(e.Failure), e.Message, [], UsagePoller.ClockOf(options, null).Clock);
        }
    }

    private Task<KeptDetector> TakeUpAsync(PortalOptions options, AccountClock clock, DateTimeOffset now, CancellationToken cancellationToken) =>
        detectors.TakeUpAsync(options, Metric.Calls, null, Rules, clock, now, cancellationToken);

    private async Task<UsageEvidence> GatherAsync(
        PortalOptions options, UsageCheckpoint after, AccountClock clock, CountDetector? detector, CancellationToken cancellationToken)
    {
        var (portal, now) = (after.Portal, after.LastPollAt);
        var counterFrom = (after.JudgedUntil ?? now) - TimeSpan.FromMinutes(30);
        var soon = now.AddMilliseconds(1);

        var live = readings.ReadAsync(portal, Metric.UsageLive, counterFrom, soon, cancellationToken);
        var reported = readings.ReadAsync(portal, Metric.UsageReported, counterFrom, soon, cancellationToken);
        var judged = readings.ReadAsync(portal, Metric.Calls, now - UsageJudge.RecentWindow, soon, cancellationToken);
        return new(await live, await reported, await judged, after, detector, clock, options.Strictness);
    }

    // Yesterday's, since a day has hours with more of them and with fewer.
    private async Task<double> OwnCallsAsync(PortalOptions options, UsageCheckpoint? before, CancellationToken cancellationToken)
    {
        // HubSpot counts the calls of private apps and service keys, not those of apps that were connected.
        if (!options.HasToken || before?.Calls?.DayBefore is not { } polls || polls < OwnShare * before.Hours.Sum(hour => hour.Calls)) return 0;
        // Histories that are read from their beginning cost thousands of calls, once.
        return polls + Math.Min(polls, (await checkpoints.ReadOneAsync(options.Id, cancellationToken))?.Posture?.Calls?.DayBefore ?? 0);
    }

    // Not cancelled on its way: nobody would give back what the store has done.
    private async Task<StoredCheckpoint?> TryHoldAsync(long portal, StoredCheckpoint stored, DateTimeOffset now) =>
        IsHeld(stored, now) ? null : await checkpoints.TryHoldAsync(portal, stored, now + HeldFor, CancellationToken.None);

    // By more than anybody may hold it: it was taken under a clock that was ahead.
    private static bool IsHeld(StoredCheckpoint stored, DateTimeOffset now) =>
        stored.HeldUntil > now && stored.HeldUntil <= now + HeldFor + ClockSlack;

    // So that a poll that is ordered again need not wait.
    private async Task GiveBackAsync(long portal, StoredCheckpoint held, DateTimeOffset now)
    {
        try
        {
            await checkpoints.ReleaseAsync(portal, held, now, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            // The store is away: the end of its time gives it back.
        }
    }

    private static UsagePoll? ClockWentBack(UsageCheckpoint? before, DateTimeOffset now) =>
        before is not null && before.LastPollAt - now > ClockSlack && before.FailedPolls < PollsUntilClockIsBelieved
            ? new(
                PollOutcome.ClockWrong,
                $"This machine's clock says {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC, but a poll is stored from {Words.Duration(before.LastPollAt - now)} later. Nothing is stored under a doubtful time: set the clock.",
                [],
                null)
            : null;

    private static UsageCheckpoint Advance(UsageCheckpoint after, UsageJudgement judgement) => after with
    {
        // A checkpoint never goes back: with a wrong clock the last trusted time stays.
        LastPollAt = after.Outcome == PollOutcome.ClockWrong && after.LastGoodPollAt > after.LastPollAt
            ? after.LastGoodPollAt.Value
            : after.LastPollAt,
        JudgedUntil = judgement.Counts.Count == 0 ? after.JudgedUntil : judgement.Counts[^1].At,
        HistoryFrom = after.HistoryFrom ?? (judgement.Counts.Count == 0 ? null : judgement.Counts[0].At),
        Hours = HourOfCalls.Add(after.Hours, judgement.Counts),
        // Where the pace is not known now, what was forecast last stands.
        ForecastAtReset = judgement.Forecast?.AtReset ?? after.ForecastAtReset,
        LimitReachedAt = judgement.Forecast is { } forecast ? forecast.LimitReachedAt : after.LimitReachedAt,
    };
}
