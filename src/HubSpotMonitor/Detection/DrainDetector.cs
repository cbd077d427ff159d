using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>A little more than expected, but all day long: the way to copy an account without a spike.</summary>
public static class DrainDetector
{
    public const string Rule = "usage-slow-drain";

    private const int ReadingsWanted = 200;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>Four standard deviations of a day's sum, and never less than a fifth above expectation.</summary>
    private const double Deviations = 4;
    private static readonly double SmallestRise = Math.Log(1.2);

    /// <param name="day">The judged counts of the last day, oldest first.</param>
    /// <param name="model">The live model; null while there is none, and then nothing is said.</param>
    public static Assessment Assess(IReadOnlyList<Reading> day, SpikeModel? model)
    {
        var judged = day.Where(count => count is { Expected: not null, Quality: ReadingQuality.Measured }).ToList();
        if (model is null || judged.Count < ReadingsWanted) return Assessment.Undecided(Rule, Metric.Calls);
        var rise = Ratio(judged);
        var threshold = Math.Max(SmallestRise, Deviations * model.DayScatter);
        if (rise > threshold) return Assessment.Firing(Describe(judged, rise, model));
        return rise < threshold / 2 ? Assessment.Clear(Rule, Metric.Calls) : Assessment.Undecided(Rule, Metric.Calls);
    }

    /// <summary>How a day's sum scatters around its expectation, learned from judged history.</summary>
    internal static double DayScatter(IReadOnlyList<Reading> judged)
    {
        List<double> ratios = [];
        for (var (from, to) = (0, 0); to < judged.Count; to++)
        {
            while (judged[to].At - judged[from].At > Day) from++;
            if (from > 0 && to % 12 == 0) ratios.Add(Ratio(judged.Skip(from).Take(to - from + 1)));
        }
        if (ratios.Count < 24) return 1;
        var mean = ratios.Average();
        return Math.Round(Math.Max(0.02, Math.Sqrt(ratios.Average(ratio => (ratio - mean) * (ratio - mean)))), 4);
    }

    // Bursts have their own rule: a reading counts at most twice what was expected.
    private static double Ratio(IEnumerable<Reading> judged)
    {
        var (seen, expected) = (1d, 1d);
        foreach (var count in judged)
        {
            seen += Math.Min(count.Value, Math.Max(count.Expected!.High, 2 * count.Expected.Middle));
            expected += count.Expected.Middle;
        }
        return Math.Log(seen / expected);
    }

    private static Finding Describe(IReadOnlyList<Reading> judged, double rise, SpikeModel model)
    {
        var expected = judged.Sum(count => count.Expected!.Middle);
        var seen = judged.Sum(count => count.Value);
        return new Finding
        {
            Rule = Rule,
            Subject = Metric.Calls,
            Severity = Severity.High,
            Headline = $"API calls {Words.Percent(Math.Exp(rise) - 1)} above normal all day",
            Summary = $"Slow drain: over the last day the account's integrations made {Words.Count(seen)} calls where {Words.Count(expected)} were expected, without a single spike. A steady surplus is how a copied token is used quietly.",
            Since = judged[0].Since!.Value,
            Expected = $"about {Words.Count(expected)} calls in a day",
            Seen = $"{Words.Count(seen)} calls in a day",
            Confidence = $"{rise / model.DayScatter:0.#} standard deviations of a day's sum. Model of {model.Days:0} days.",
            LikelyCause = "A second user of an existing token, a new integration, or an existing one whose schedule was widened.",
            Steps =
            [
                "In HubSpot compare each private app's and service key's call log of today with a day last week.",
                "Rotate the token whose calls rose and that nobody can explain.",
                "If a new integration explains it, write down its owner: the model learns the new level within days.",
            ],
            Evidence = [$"{Metric.Calls}@{judged[0].At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{judged[^1].At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
        };
    }
}
