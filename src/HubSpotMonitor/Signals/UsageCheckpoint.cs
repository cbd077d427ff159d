namespace HubSpotMonitor.Signals;

/// <summary>How far the work on one portal's usage has come, and how it went. Written after the data it speaks of.</summary>
public sealed record UsageCheckpoint
{
    /// <summary>One failed poll happens; two in a row are ten minutes without sight.</summary>
    public const int BlindAfter = 2;

    public required long Portal { get; init; }

    public required DateTimeOffset LastPollAt { get; init; }

    public required PollOutcome Outcome { get; init; }

    /// <summary>A sentence, when the last poll did not go well.</summary>
    public string? Says { get; init; }

    /// <summary>The last poll that brought a figure.</summary>
    public DateTimeOffset? LastGoodPollAt { get; init; }

    /// <summary>Polls without a figure in a row.</summary>
    public int FailedPolls { get; init; }

    /// <summary>Polls ever made.</summary>
    public long Polls { get; init; }

    /// <summary>Polls ever made that brought a figure.</summary>
    public long GoodPolls { get; init; }

    /// <summary>Since when polls are counted.</summary>
    public DateTimeOffset? PollsSince { get; init; }

    /// <summary>The first of the polls without a figure.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The first count ever judged: tells how much a model can have learned.</summary>
    public DateTimeOffset? HistoryFrom { get; init; }

    /// <summary>Counts up to here have been judged.</summary>
    public DateTimeOffset? JudgedUntil { get; init; }

    /// <summary>When HubSpot last measured the figure it reports.</summary>
    public DateTimeOffset? CollectedAt { get; init; }

    /// <summary>The account's zone, by the name that <see cref="AccountClock.FromName"/> reads.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The latest counter.</summary>
    public double? UsedToday { get; init; }

    /// <summary>When that counter was read.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    public double? Limit { get; init; }

    /// <summary>
    /// The headers count less than HubSpot reports, so only our own calls: what is reported counts. As last seen; absent in rows of before: false.
    /// </summary>
    public bool IsLivePartial { get; init; }

    /// <summary>Calls expected by the account's next midnight, as forecast last; null: not yet on this day.</summary>
    public double? ForecastAtReset { get; init; }

    /// <summary>When the limit would be reached by that forecast, if before that midnight.</summary>
    public DateTimeOffset? LimitReachedAt { get; init; }

    /// <summary>The calls of the last day, an hour each, oldest first.</summary>
    public IReadOnlyList<HourOfCalls> Hours { get; init => field = value ?? []; } = [];

    /// <summary>What these polls cost.</summary>
    public CallTally? Calls { get; init; }

    /// <summary>Days of history so far.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double HistoryDays => HistoryFrom is { } from ? (LastPollAt - from).TotalDays : 0;

    /// <summary>The checkpoint after a poll: what was learned before is kept where the poll says nothing new.</summary>
    public static UsageCheckpoint After(
        UsageCheckpoint? before, long portal, PollOutcome outcome, string? says, IReadOnlyList<Reading> readings, AccountClock? clock,
        DateTimeOffset now)
    {
        var reported = readings.FirstOrDefault(reading => reading.Metric == Metric.UsageReported);
        var live = readings.FirstOrDefault(reading => reading.Metric == Metric.UsageLive);
        var known = clock ?? AccountClock.FromName(before?.TimeZone);
        var isPartial = IsPartial(live, reported, known) ?? before?.IsLivePartial ?? false;
        // Where HubSpot counts our own calls to the limit, the account's limit is reached, whoever made them.
        var latest = isPartial && !(live?.Value >= live?.Limit) ? reported : live ?? reported;
        if (latest is null && live is not null && outcome is PollOutcome.Good or PollOutcome.Partial)
            (outcome, says) = (PollOutcome.NoFigure, "HubSpot has no usage figure now, and its headers count only a part of the account's calls.");
        // An old figure served again is no sight; with headers beside it that count the whole account, it does not matter.
        if (latest is not null && latest == reported && now - reported.At > StaleAfter)
            (outcome, says, latest) = (PollOutcome.NoFigure, $"HubSpot's usage figure is {Words.Duration(now - reported.At)} old.", null);
        var next = before ?? new UsageCheckpoint { Portal = portal, LastPollAt = now, Outcome = outcome };
        next = next with
        {
            LastPollAt = now,
            Outcome = outcome,
            Says = says,
            Polls = next.Polls + 1,
            PollsSince = next.PollsSince ?? now,
            TimeZone = clock?.Name ?? next.TimeZone,
            CollectedAt = reported?.At ?? next.CollectedAt,
            IsLivePartial = isPartial,
            // Once an earlier time is believed, what follows it is judged anew: else nothing would be until the clock has caught up.
            JudgedUntil = outcome != PollOutcome.ClockWrong && next.JudgedUntil > now ? now : next.JudgedUntil,
        };
        // Of yesterday's counter, the forecast says nothing of today's.
        if (latest is not null && next.UsedAt < known.Midnight(latest.At)) next = next with { ForecastAtReset = null, LimitReachedAt = null };
        return latest is null
            ? next with { FailedPolls = next.FailedPolls + 1, FailingSince = next.FailingSince ?? now }
            : next with
            {
                FailedPolls = 0,
                GoodPolls = next.GoodPolls + 1,
                FailingSince = null,
                LastGoodPollAt = now,
                UsedToday = latest.Value,
                UsedAt = latest.At,
                Limit = latest.Limit ?? next.Limit,
            };
    }

    /// <summary>
    /// Whether the headers' counter is behind the reported one of the same day,
    /// and so not of the whole account; a little less may be a matter of time.
    /// </summary>
    /// <param name="live">The first one not older than the reported one.</param>
    /// <param name="reported">The latest one.</param>
    /// <param name="clock">The account's clock.</param>
    /// <returns>Null: they cannot be compared.</returns>
    public static bool? IsPartial(Reading? live, Reading? reported, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (live is null || reported is null || clock.Midnight(live.At) > reported.At) return null;
        return live.Value < reported.Value * 0.9;
    }

    /// <summary>Four polls: HubSpot renews its figure about every five minutes.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(20);
}
