using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>Calls far above what the hour explains.</summary>
public static class SpikeDetector
{
    public const string Rule = "usage-spike";

    /// <summary>Rarer than this, on a quiet day, is an anomaly: at 288 polls a day, one reading in five weeks.</summary>
    internal const double Rare = 1e-4;

    /// <summary>Two of the last three: one odd reading wakes nobody.</summary>
    private const int Window = 3;
    private const int Needed = 2;

    /// <summary>Half an hour of calm ends it.</summary>
    private const int CalmNeeded = 6;

    /// <summary>A model's opinion of tiny counts is worth no alarm.</summary>
    private const double SmallestExcess = 50;

    /// <summary>While there is no model: a pace that would use up the whole day's limit in six hours.</summary>
    private const double FixedPace = 4;

    /// <summary>An excess of a tenth of the daily limit in the time shown is an export of the whole account.</summary>
    private const double CriticalShare = 0.1;

    /// <param name="recent">The latest judged counts, oldest first.</param>
    /// <param name="model">The live model; null while there is none.</param>
    /// <param name="historyDays">Days of history so far, for the words during warm-up.</param>
    public static Assessment Assess(IReadOnlyList<Reading> recent, SpikeModel? model, double historyDays)
    {
        ArgumentNullException.ThrowIfNull(recent);
        var known = recent.Where(count => count.Quality is not ReadingQuality.Gap).ToList();
        if (known.Count < Needed) return Assessment.Undecided(Rule, Metric.Calls);
        var odd = known.TakeLast(Window).Where(IsOdd).ToList();
        if (odd.Count >= Needed && IsOdd(known[^1])) return Assessment.Firing(Describe(known, odd, model, historyDays));
        return known.TakeLast(CalmNeeded).Any(IsOdd) ? Assessment.Undecided(Rule, Metric.Calls) : Assessment.Clear(Rule, Metric.Calls);
    }

    internal static bool IsOdd(Reading count) => count switch
    {
        { Expected: { } expected } => expected.TailProbability < Rare && count.Value - expected.Middle >= SmallestExcess && count.Value > 1.5 * expected.High,
        { Limit: { } limit, Since: { } since } => count.Value > Math.Max(SmallestExcess, FixedPace * limit * (count.At - since).TotalDays),
        _ => false,
    };

    private static Finding Describe(IReadOnlyList<Reading> known, IReadOnlyList<Reading> odd, SpikeModel? model, double historyDays)
    {
        var worst = odd.MaxBy(count => count.Value)!;
        var first = known.Reverse().SkipWhile(count => !IsOdd(count)).TakeWhile(IsOdd).Last();
        var run = known.Where(count => count.At >= first.At).ToList();
        var excess = run.Sum(count => Math.Max(0, count.Value - (count.Expected?.Middle ?? 0)));
        var learned = model is not null && worst.Expected is not null;
        var factor = learned ? worst.Value / Math.Max(worst.Expected!.Middle, 1) : 0;
        return new Finding
        {
            Rule = Rule,
            Subject = Metric.Calls,
            Severity = worst.Limit is { } limit && excess >= CriticalShare * limit ? Severity.Critical : Severity.High,
            Headline = learned ? $"API calls {Words.Factor(factor)} normal" : "API calls far above a steady pace",
            Summary = learned
                ? $"Burst: the account's integrations made {Words.Count(worst.Value)} calls in {Words.Duration(worst.At - worst.Since!.Value)}, "
                    + $"where this hour of this weekday explains {Band(worst)}. So far some {Words.Count(excess)} calls more than expected."
                : $"The account's integrations made {Words.Count(worst.Value)} calls in {Words.Duration(worst.At - worst.Since!.Value)}: at that pace the day's limit is gone within six hours.",
            Since = first.Since!.Value,
            Expected = learned ? $"{Band(worst)} calls in {Words.Duration(worst.At - worst.Since!.Value)}" : null,
            Seen = $"{Words.Count(worst.Value)} calls in {Words.Duration(worst.At - worst.Since!.Value)}",
            Confidence = learned
                ? $"{odd.Count} of the last {Math.Min(Window, known.Count)} readings are out of range; a quiet reading is this high with p {Probability(worst.Expected!.TailProbability)}. Model of {model!.Days:0} days."
                : $"Learning: fixed thresholds are in force until {SpikeModel.Warmup.TotalDays:0} days of readings are stored (now {historyDays:0.#}).",
            LikelyCause = "A token in the wrong hands, a new or runaway integration, or a bulk job nobody announced.",
            Steps =
            [
                "In HubSpot open Development > Legacy apps and Keys > Service keys, and look at each one's log for calls at this time.",
                "If nobody owns these calls: rotate that app's token now with \"expire now\"; every minute copies more records.",
                "Ask who started an import, export or migration; if it was planned, write down who and when.",
            ],
            Evidence = [.. run.TakeLast(12).Select(count => $"{Metric.Calls}@{count.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")],
        };
    }

    private static string Band(Reading count) => $"{Words.Count(count.Expected!.Low)}–{Words.Count(count.Expected.High)}";

    private static string Probability(double p) => p < 1e-9 ? "< 1e-9" : $"= {p.ToString("0.0e-0", System.Globalization.CultureInfo.InvariantCulture)}";
}
