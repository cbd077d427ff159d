using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>While there is no model: a fixed threshold, and the alert says so.</summary>
public static class WarmupDetector
{
    private const int Window = 3;
    private const int Needed = 2;
    private const int CalmNeeded = 6;
    private const double SmallestCount = 50;

    /// <summary>A pace that would use up the whole day's limit in six hours.</summary>
    private const double FixedPace = 4;

    /// <param name="recent">The latest counts, oldest first.</param>
    /// <param name="history">How much was counted so far.</param>
    public static Assessment Assess(IReadOnlyList<Reading> recent, TimeSpan history)
    {
        ArgumentNullException.ThrowIfNull(recent);
        var known = recent.Where(count => count.Quality is not ReadingQuality.Gap).ToList();
        if (known.Count < Needed) return Assessment.Undecided(UsageFindings.SpikeRule, Metric.Calls);
        var odd = known.TakeLast(Window).Where(IsOdd).ToList();
        if (odd.Count >= Needed && IsOdd(known[^1]))
            return Assessment.Firing(Describe(odd, history) with { NewestEvent = UsageFindings.StepsReached(odd.Max(PerHour)), IsGrowth = true });
        return known.TakeLast(CalmNeeded).Any(IsOdd)
            ? Assessment.Undecided(UsageFindings.SpikeRule, Metric.Calls)
            : Assessment.Clear(UsageFindings.SpikeRule, Metric.Calls);
    }

    private static bool IsOdd(Reading count) =>
        count is { Limit: { } limit, Since: { } since } && count.Value > Math.Max(SmallestCount, FixedPace * limit * (count.At - since).TotalDays);

    private static double PerHour(Reading count) => count.Value / (count.At - count.Since!.Value).TotalHours;

    private static Finding Describe(IReadOnlyList<Reading> odd, TimeSpan history)
    {
        var worst = odd.MaxBy(count => count.Value)!;
        var seen = $"{Words.Count(worst.Value)} calls in {Words.Duration(worst.At - worst.Since!.Value)}";
        return new Finding
        {
            Rule = UsageFindings.SpikeRule,
            Subject = Metric.Calls,
            Severity = Severity.High,
            Headline = "API calls far above a steady pace",
            Summary = $"The account's integrations made {seen}: at that pace the day's limit is gone within six hours.",
            Since = odd[0].Since!.Value,
            Seen = seen,
            Confidence =
                $"Learning: fixed thresholds are in force until {CountDetector.Warmup.TotalDays:0} days are counted (now {history.TotalDays:0.#}).",
            LikelyCause = UsageFindings.CauseOf(IncidentClass.Burst),
            Steps = UsageFindings.StepsOf(IncidentClass.Burst),
            Evidence = [.. odd.Select(UsageFindings.Evidence)],
        };
    }
}
