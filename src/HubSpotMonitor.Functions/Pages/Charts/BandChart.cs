using System.Globalization;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>A point of a chart in parts of its plot, from the top left corner, 0 to 1.</summary>
public readonly record struct Spot(double X, double Y);

/// <summary>A reading that was far above what was expected.</summary>
public sealed record Mark(Spot Spot, string Says);

/// <summary>
/// The geometry of a chart of calls a minute: what was counted, as a line; what was expected, as an area; what was far above, as marks.
/// </summary>
public sealed record BandChart
{
    /// <summary>Units of the plot's own coordinates.</summary>
    public const int Width = 1440;

    public const int Height = 1000;

    // A quiet series goes beyond its band 5 times in 100. Marked is only what a quiet day does not show: less than one in 288 readings.
    private const double MarkBelow = 0.001;

    // Missing this many polls in a row is a gap; one late poll is not.
    private const double GapFactor = 3;

    private static readonly TimeSpan UsualStep = TimeSpan.FromMinutes(5);

    /// <summary>The readings that are drawn, in unbroken stretches.</summary>
    public required IReadOnlyList<IReadOnlyList<Reading>> Runs { get; init; }

    public required IReadOnlyList<string> Lines { get; init; }

    public required IReadOnlyList<string> Bands { get; init; }

    public required IReadOnlyList<Mark> Marks { get; init; }

    public required IReadOnlyList<Tick> Ticks { get; init; }

    /// <summary>The value at the upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>The chart in words.</summary>
    public required string Description { get; init; }

    /// <param name="readings">Counts, oldest first; those outside of the window are left out.</param>
    /// <param name="clock">The account's.</param>
    /// <param name="window">What is shown.</param>
    /// <param name="words">The window's length, for the chart in words.</param>
    public static BandChart Of(IReadOnlyList<Reading> readings, PortalClock clock, ChartWindow window, string words)
    {
        var all = readings.Where(reading => window.Holds(reading.At)).ToList();
        var runs = Unbroken(all).Select(run => Thinning.Of(run, all.Count, window)).ToList();
        var top = Rates.NiceTop(runs
            .SelectMany(run => run)
            .Select(reading => Rates.PerMinute(reading, Math.Max(reading.Value, reading.Expected?.High ?? 0)))
            .DefaultIfEmpty(0)
            .Max());
        Spot Place(Reading reading, double count) => new(window.Share(reading.At), 1 - (Math.Clamp(Rates.PerMinute(reading, count), 0, top) / top));

        var marked = runs.SelectMany(run => run).Where(IsFarAbove).ToList();
        return new BandChart
        {
            Top = top,
            Runs = runs,
            Lines = [.. runs.Select(run => Path(run.Select(reading => Place(reading, reading.Value))))],
            Bands = [.. runs.SelectMany(Expected).Select(run => Path([
                .. run.Select(reading => Place(reading, reading.Expected!.High)),
                .. run.Select(reading => Place(reading, reading.Expected!.Low)).Reverse()]) + "Z")],
            Marks = [.. marked.Select(reading => new Mark(Place(reading, reading.Value), $"{clock.DayTime(reading.At)}: {Against(reading)}"))],
            Ticks = [.. TimeTicks.Of(window, clock)],
            Description = Describe(all, runs.Count, marked, clock, words),
        };
    }

    /// <summary>An interval with polls missing has a count but no shape, and one over midnight counts too little: neither is drawn.</summary>
    internal static bool Breaks(Reading reading) => reading.Quality is ReadingQuality.Gap or ReadingQuality.Reset;

    /// <summary>So far above its band as a quiet day never is.</summary>
    internal static bool IsFarAbove(Reading reading) =>
        reading.Expected is { } expected && reading.Value > expected.High && expected.TailProbability < MarkBelow;

    private static string Against(Reading reading) =>
        $"{Words.Count(reading.Value)} calls, expected {Words.Count(reading.Expected!.Low)} to {Words.Count(reading.Expected.High)}";

    private static List<List<Reading>> Unbroken(IReadOnlyList<Reading> readings)
    {
        var typical = Typical(readings);
        var runs = new List<List<Reading>>();
        Reading? before = null;
        foreach (var reading in readings)
        {
            if (Breaks(reading))
            {
                before = null;
                continue;
            }

            if (before is null || reading.At - before.At > typical * GapFactor)
                runs.Add([]);
            runs[^1].Add(reading);
            before = reading;
        }

        return runs;
    }

    private static TimeSpan Typical(IReadOnlyList<Reading> readings)
    {
        var steps = readings.Zip(readings.Skip(1), (one, next) => next.At - one.At).Order().ToList();
        return steps.Count == 0 ? UsualStep : steps[steps.Count / 2];
    }

    private static IEnumerable<List<Reading>> Expected(IReadOnlyList<Reading> run)
    {
        var rest = run.SkipWhile(reading => reading.Expected is null).ToList();
        while (rest.Count > 0)
        {
            yield return [.. rest.TakeWhile(reading => reading.Expected is not null)];
            rest = [.. rest.SkipWhile(reading => reading.Expected is not null).SkipWhile(reading => reading.Expected is null)];
        }
    }

    private static string Path(IEnumerable<Spot> spots)
    {
        var path = new StringBuilder();
        foreach (var spot in spots)
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{spot.X * Width:0.#} {spot.Y * Height:0}");
        // A single point has no length; this gives its round cap a place to show.
        return path.ToString() is var drawn && !drawn.Contains('L', StringComparison.Ordinal) ? drawn + "h0.1" : drawn;
    }

    private static string Describe(List<Reading> shown, int runs, List<Reading> marked, PortalClock clock, string span)
    {
        if (shown.Count == 0)
            return $"No calls were counted in {span}.";

        var peak = shown.MaxBy(reading => reading.Value)!;
        var words = $"{Words.Count(shown.Sum(reading => reading.Value))} calls in {shown.Count} intervals. Most in one: {Words.Count(peak.Value)}, by {clock.DayTime(peak.At)}.";
        if (marked.Count > 0)
            words += $" {marked.Count} far above what was expected; the first at {clock.DayTime(marked[0].At)}: {Against(marked[0])}.";
        return runs > 1
            ? $"{words} The line is broken in {runs - 1} {(runs == 2 ? "place" : "places")} where polls are missing or a day ended."
            : words;
    }
}
