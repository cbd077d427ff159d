using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>Where the day's counter is going.</summary>
/// <param name="AtReset">Calls expected by the account's next midnight.</param>
/// <param name="LimitReachedAt">When the limit would be reached, if before that midnight.</param>
public sealed record QuotaForecast(double AtReset, DateTimeOffset? LimitReachedAt)
{
    /// <summary>The same if the rest of the day were as busy as one in twenty days; the limit is reached no earlier.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>And if it were as quiet as one in twenty; null: then the limit is not reached.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>It follows the learned shape of the day; false: a straight line, since there is no model yet.</summary>
    public bool FollowsShape { get; init; }
}

/// <summary>What was learned of the day.</summary>
/// <param name="Rate">Calls per minute expected at an instant.</param>
/// <param name="Spread">How widely a day's sum scatters around its expectation, as a share of it.</param>
public sealed record DayShape(Func<DateTimeOffset, double> Rate, Func<double, double> Spread);

/// <summary>The daily limit: how near, and when it would be reached.</summary>
public static class QuotaDetector
{
    public const string Rule = RuleIds.UsageNearLimit;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    /// <summary>The pace is taken from the last hour; from less than half of it no forecast is made.</summary>
    private static readonly TimeSpan PaceWindow = TimeSpan.FromHours(1);

    /// <summary>A forecast counts once a third of the limit is used or the end is this near; earlier it is guesswork.</summary>
    private const double ForecastFrom = 0.3;
    private static readonly TimeSpan ForecastNear = TimeSpan.FromHours(6);

    private const double MediumAt = 0.70;
    private const double HighAt = 0.85;
    private const double CriticalAt = 0.95;
    private const double ClearBelow = 0.65;

    /// <summary>A normal distribution's 5 % and 95 %.</summary>
    private const double OneInTwenty = 1.645;

    /// <summary>A straight line is no better known than this.</summary>
    private const double UnknownSpread = 0.25;

    /// <summary>Follows the learned shape of the day at the pace of the last hour; a straight line while there is no model.</summary>
    /// <returns>Null: too little is known of the present pace.</returns>
    public static QuotaForecast? Forecast(
        double used, DateTimeOffset usedAt, double limit, IReadOnlyList<Reading> recent, DayShape? shape, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var hour = recent.Where(count => count.Since >= usedAt - PaceWindow).ToList();
        var minutes = hour.Sum(count => (count.At - count.Since!.Value).TotalMinutes);
        if (minutes < PaceWindow.TotalMinutes / 2) return null;
        var expected = shape is null ? 0 : hour.Sum(count => shape.Rate(count.At) * (count.At - count.Since!.Value).TotalMinutes);
        var surplusPerMinute = Math.Max(0, hour.Sum(count => count.Value) - expected) / minutes;

        var reset = clock.NextMidnight(usedAt);
        var (atReset, reached) = Follow(1);
        var spread = OneInTwenty * (shape?.Spread(atReset - used) ?? UnknownSpread);
        return new(atReset, reached)
        {
            FollowsShape = shape is not null,
            Earliest = Follow(1 + spread).Reached,
            Latest = Follow(Math.Max(0, 1 - spread)).Reached,
        };

        (double AtReset, DateTimeOffset? Reached) Follow(double busy)
        {
            var (total, crossed) = (used, used >= limit ? usedAt : (DateTimeOffset?)null);
            for (var at = usedAt; at < reset; at += Step)
            {
                var length = reset - at < Step ? reset - at : Step;
                var rate = busy * ((shape?.Rate(at + (length / 2)) ?? 0) + surplusPerMinute);
                var next = total + (rate * length.TotalMinutes);
                if (crossed is null && next >= limit) crossed = at + (length * ((limit - total) / (next - total)));
                total = next;
            }
            return (total, crossed);
        }
    }

    /// <param name="used">Calls since midnight.</param>
    /// <param name="usedAt">When that was true.</param>
    /// <param name="limit">The day's ceiling.</param>
    /// <param name="forecast">The present forecast.</param>
    /// <param name="reachedBefore">
    /// Whether the last forecast of this day reached it too: one odd pace opens nothing and ends nothing. Null: there was none on this day yet.
    /// </param>
    /// <param name="clock">The account's clock.</param>
    public static Assessment Assess(
        double used, DateTimeOffset usedAt, double limit, QuotaForecast? forecast, bool? reachedBefore, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var share = used / limit;
        var reachedAt = forecast?.LimitReachedAt;
        var likely = reachedAt is { } at && reachedBefore is true && (share >= ForecastFrom || at - usedAt <= ForecastNear);
        Severity? severity = share switch
        {
            >= CriticalAt => Severity.Critical,
            >= HighAt => Severity.High,
            _ when likely => Severity.High,
            >= MediumAt => Severity.Medium,
            _ => null,
        };
        if (severity is { } level) return Assessment.Firing(Describe(level, used, usedAt, limit, likely ? forecast : null, clock));
        // Where the pace is not known, as after a gap of polls, it may be what it was. A new day has nothing that it could go on with.
        var isOver = forecast is null ? reachedBefore is null : reachedAt is null && reachedBefore is not true;
        return share < ClearBelow && isOver ? Assessment.Clear(Rule, Metric.Calls) : Assessment.Undecided(Rule, Metric.Calls);
    }

    private static Finding Describe(Severity severity, double used, DateTimeOffset usedAt, double limit, QuotaForecast? forecast, AccountClock clock)
    {
        var reachedAt = forecast?.LimitReachedAt;
        var share = used / limit;
        var offset = clock.Offset(usedAt);
        var full = share >= 1;
        return new Finding
        {
            Rule = Rule,
            Subject = Metric.Calls,
            Severity = severity,
            Headline = (full, reachedAt) switch
            {
                (true, _) => "Daily API limit reached",
                (_, { } at) => $"Daily API limit will be reached at {Words.LocalTime(at, clock.Offset(at))}",
                _ => $"{Words.Percent(share)} of the daily API limit used",
            },
            Summary = (full, reachedAt) switch
            {
                (true, _) =>
                    $"HubSpot refuses calls of all private apps and service keys until {Words.LocalTime(clock.NextMidnight(usedAt), offset)}.",
                (_, { } at) =>
                    $"{Words.Count(used)} of {Words.Count(limit)} calls are used. At the present pace the rest is gone in {Words.Duration(at - usedAt)}, {Words.Duration(clock.NextMidnight(usedAt) - at)} before the counter starts again. Then every integration stops.",
                _ => $"{Words.Count(used)} of {Words.Count(limit)} calls are used. The limit is shared by all private apps and service keys; when it is reached, every integration stops.",
            },
            Since = usedAt,
            Seen = $"{Words.Count(used)} of {Words.Count(limit)} calls",
            Confidence = full || forecast is null ? "Counted by HubSpot." : Certainty(forecast, clock),
            LimitUse = $"{Words.Percent(share)} of the daily limit",
            LikelyCause = "One integration in a loop, a bulk job, or a limit that the account has outgrown.",
            Steps =
            [
                "Find the app that calls most: its log in HubSpot under Development shows calls by the minute.",
                "Pause that job, or slow it down, so that the others keep working until the counter starts again.",
                "If all of it is wanted, buy the API Limit Increase or spread the jobs over the day.",
            ],
            Evidence = [$"{Metric.UsageLive}@{usedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
        };
    }

    private static string Certainty(QuotaForecast forecast, AccountClock clock) => forecast.FollowsShape
        ? $"Forecast from the learned shape of the day and the pace of the last hour, twice in a row: {Interval(forecast, clock)}."
        : "Forecast by a straight line at the pace of the last hour, twice in a row: there is no model of the day yet.";

    private static string Interval(QuotaForecast forecast, AccountClock clock) => (forecast.Earliest, forecast.Latest) switch
    {
        ({ } from, { } to) => $"nine times in ten between {Words.LocalTime(from, clock.Offset(from))} and {Words.LocalTime(to, clock.Offset(to))}",
        ({ } from, null) => $"hardly before {Words.LocalTime(from, clock.Offset(from))}; on a quieter day not at all",
        _ => "its time is not well known",
    };
}
