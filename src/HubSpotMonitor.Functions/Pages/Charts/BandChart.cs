using System.Globalization;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>A point of a chart in parts of its plot, from the top left corner, 0 to 1.</summary>
public readonly record struct Spot(double X, double Y);

/// <summary>A label on the time axis.</summary>
/// <param name="X">0 to 1 from the left.</param>
/// <param name="Label">What stands below.</param>
/// <param name="IsMidnight">Where the account's day begins and the counter starts again.</param>
/// <param name="IsMinor">Left out where there is little room.</param>
public sealed record Tick(double X, string Label, bool IsMidnight, bool IsMinor);

/// <summary>A reading that was far above what was expected.</summary>
public sealed record Mark(Spot Spot, string Says);

/// <summary>
/// The geometry of the chart of the last 24 hours: what was counted, as a line; what was expected, as an area; what was far above, as marks.
/// </summary>
public sealed record BandChart
{
    /// <summary>Units of the plot's own coordinates: minutes of a day across.</summary>
    public const int Width = 1440;

    public const int Height = 1000;

    // A quiet series goes beyond its band 5 times in 100. Marked is only what a quiet day does not show: less than one in 288 readings.
    private const double MarkBelow = 0.001;

    // Missing this many polls in a row is a gap; one late poll is not.
    private const double GapFactor = 3;

    private static readonly double[] niceFactors = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10];

    private static readonly TimeSpan window = TimeSpan.FromHours(24);

    // The window moves in steps, so that a page without a new reading stays the same page and is not sent again.
    private static readonly TimeSpan step = TimeSpan.FromMinutes(5);

    public required IReadOnlyList<string> Lines { get; init; }

    public required IReadOnlyList<string> Bands { get; init; }

    public required IReadOnlyList<Mark> Marks { get; init; }

    public required IReadOnlyList<Tick> Ticks { get; init; }

    /// <summary>The value at the upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>The chart in words.</summary>
    public required string Description { get; init; }

    public static BandChart Of(IReadOnlyList<Reading> readings, PortalClock clock, DateTimeOffset now)
    {
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % step.Ticks) + step.Ticks, TimeSpan.Zero);
        var start = end - window;
        var shown = readings.Where(reading => reading.At > start && reading.At <= end).ToList();
        var top = NiceTop(shown.Select(reading => Math.Max(reading.Value, reading.Expected?.High ?? 0)).DefaultIfEmpty(0).Max());
        Spot Place(DateTimeOffset at, double value) => new((at - start) / window, 1 - (Math.Clamp(value, 0, top) / top));

        var runs = Runs(shown);
        var marked = shown.Where(IsFarAbove).ToList();
        return new BandChart
        {
            Top = top,
            Lines = [.. runs.Select(run => Path(run.Select(reading => Place(reading.At, reading.Value))))],
            Bands = [.. runs.SelectMany(Expected).Select(run => Path([
                .. run.Select(reading => Place(reading.At, reading.Expected!.High)),
                .. run.Select(reading => Place(reading.At, reading.Expected!.Low)).Reverse()]) + "Z")],
            Marks = [.. marked.Select(reading => new Mark(Place(reading.At, reading.Value), $"{clock.DayTime(reading.At)}: {Against(reading)}"))],
            Ticks = [.. TicksOf(start, end, clock)],
            Description = Describe(shown, runs.Count, marked, clock),
        };
    }

    private static bool IsFarAbove(Reading reading) => reading.Expected is { } expected && reading.Value > expected.High && expected.TailProbability < MarkBelow;

    private static string Against(Reading reading) =>
        $"{Words.Count(reading.Value)} calls, expected {Words.Count(reading.Expected!.Low)} to {Words.Count(reading.Expected.High)}";

    // Unbroken stretches. An interval with polls missing has a count but no shape, and one over midnight counts too little: neither is drawn.
    private static List<List<Reading>> Runs(List<Reading> readings)
    {
        var typical = Typical(readings);
        var runs = new List<List<Reading>>();
        Reading? before = null;
        foreach (var reading in readings)
        {
            if (reading.Quality is ReadingQuality.Gap or ReadingQuality.Reset)
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

    private static TimeSpan Typical(List<Reading> readings)
    {
        var steps = readings.Zip(readings.Skip(1), (one, next) => next.At - one.At).Order().ToList();
        return steps.Count == 0 ? step : steps[steps.Count / 2];
    }

    private static IEnumerable<List<Reading>> Expected(List<Reading> run)
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

    // So that half of it is a round number too.
    private static double NiceTop(double max)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(max, 10))));
        return niceFactors.Select(factor => factor * power).First(top => top >= max);
    }

    private static IEnumerable<Tick> TicksOf(DateTimeOffset start, DateTimeOffset end, PortalClock clock)
    {
        // Quarter hours, since some zones lie half or a quarter of an hour beside the others.
        var quarter = TimeSpan.FromMinutes(15);
        for (var at = start + (quarter - TimeSpan.FromTicks(start.UtcTicks % quarter.Ticks)); at < end; at += quarter)
        {
            var local = clock.Local(at);
            if (local.Minute != 0 || local.Hour % 3 != 0)
                continue;

            var label = local.Hour == 0 ? clock.Day(at) : clock.Time(at);
            yield return new Tick((at - start) / window, label, local.Hour == 0, local.Hour % 6 != 0);
        }
    }

    private static string Describe(List<Reading> shown, int runs, List<Reading> marked, PortalClock clock)
    {
        if (shown.Count == 0)
            return "No calls were counted in the last 24 hours.";

        var peak = shown.MaxBy(reading => reading.Value)!;
        var words = $"{Words.Count(shown.Sum(reading => reading.Value))} calls in {shown.Count} intervals. Most in one: {Words.Count(peak.Value)}, by {clock.DayTime(peak.At)}.";
        if (marked.Count > 0)
            words += $" {marked.Count} far above what was expected; the first at {clock.DayTime(marked[0].At)}: {Against(marked[0])}.";
        return runs > 1 ? $"{words} The line is broken in {runs - 1} {(runs == 2 ? "place" : "places")} where polls are missing or a day ended." : words;
    }
}
