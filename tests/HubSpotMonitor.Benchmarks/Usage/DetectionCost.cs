using System.Diagnostics;
using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>What judging a series costs on one core.</summary>
/// <param name="Counts">How many were judged.</param>
/// <param name="Fits">At how many of them a model was fitted: the slowest, one for each day.</param>
/// <param name="Whole">All counts, fits included.</param>
/// <param name="PerSecond">Counts, without those at which a model was fitted.</param>
/// <param name="Fit">The median fit.</param>
/// <param name="SlowestFit">The slowest one.</param>
internal sealed record DetectionCost(int Counts, int Fits, TimeSpan Whole, double PerSecond, TimeSpan Fit, TimeSpan SlowestFit)
{
    private const int MinutesADay = 1440;
    private const int MinutesACount = 5;

    public static DetectionCost Measure(UsageSeries series)
    {
        Learn(series); // warms up the code, not the detector
        var detector = new CountDetector(series.Clock);
        List<TimeSpan> steps = [];
        foreach (var count in series.Counts)
        {
            var started = Stopwatch.GetTimestamp();
            detector.Next(count.Since!.Value, count.At, count.Value);
            steps.Add(Stopwatch.GetElapsedTime(started));
        }
        var fits = steps.OrderDescending().Take(steps.Count * MinutesACount / MinutesADay).Order().ToList();
        var scored = steps.Order().Take(steps.Count - fits.Count).Sum(step => step.TotalSeconds);
        return new(
            steps.Count,
            fits.Count,
            TimeSpan.FromSeconds(steps.Sum(step => step.TotalSeconds)),
            (steps.Count - fits.Count) / scored,
            fits[fits.Count / 2],
            fits[^1]);
    }

    /// <summary>A detector that has seen all of a series.</summary>
    public static CountDetector Learn(UsageSeries series)
    {
        var detector = new CountDetector(series.Clock);
        foreach (var count in series.Counts) detector.Next(count.Since!.Value, count.At, count.Value);
        return detector;
    }
}
