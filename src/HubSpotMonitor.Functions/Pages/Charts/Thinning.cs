using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>
/// Fewer readings for a long chart, each of them real: of every stretch the one
/// with the lowest rate and the one with the highest, so that no peak is lost.
/// </summary>
internal static class Thinning
{
    /// <summary>Two readings for each pixel of a plot on a phone, one on a desk; a day is drawn whole.</summary>
    private const int Stretches = 700;

    /// <param name="run">An unbroken part of the chart's readings, oldest first.</param>
    /// <param name="all">How many the chart has.</param>
    /// <param name="window">What the chart shows.</param>
    public static IReadOnlyList<Reading> Of(IReadOnlyList<Reading> run, int all, ChartWindow window) => all <= 2 * Stretches
        ? run
        : [.. run.GroupBy(reading => (int)(window.Share(reading.At) * (Stretches - 1))).SelectMany(Extremes).OrderBy(reading => reading.At)];

    private static IEnumerable<Reading> Extremes(IEnumerable<Reading> stretch)
    {
        var all = stretch.ToList();
        return new[] { all.MinBy(Rate)!, all.MaxBy(Rate)! }.Distinct();
    }

    private static double Rate(Reading reading) => Rates.PerMinute(reading, reading.Value);
}
