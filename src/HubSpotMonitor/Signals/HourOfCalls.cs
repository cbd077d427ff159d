using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>An hour's calls beside what was expected of it: enough for a line a finger wide.</summary>
/// <param name="Hour">Its start, UTC.</param>
/// <param name="Calls">Counted so far.</param>
/// <param name="Middle">Expected; null: at some of its time there was no model.</param>
/// <param name="Below">Sum of the squares of how far the band of each count reaches below its middle.</param>
/// <param name="Above">The same above.</param>
public sealed record HourOfCalls(DateTimeOffset Hour, double Calls, double? Middle, double Below, double Above)
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 24;

    // Counts are near enough to independent: their spreads add as squares, and the band of an hour is far narrower than twelve bands.
    [JsonIgnore]
    public double? Low => Middle is { } middle ? Math.Max(0, middle - Math.Sqrt(Below)) : null;

    [JsonIgnore]
    public double? High => Middle + Math.Sqrt(Above);

    /// <summary>Adds counts that were not added before.</summary>
    /// <param name="hours">The hours so far, oldest first.</param>
    /// <param name="counts">Counts, each belonging to the hour in which it began.</param>
    /// <returns>The latest <see cref="Kept"/> hours that have a count, oldest first.</returns>
    public static IReadOnlyList<HourOfCalls> Add(IReadOnlyList<HourOfCalls> hours, IReadOnlyList<Reading> counts)
    {
        ArgumentNullException.ThrowIfNull(hours);
        if (counts.Count == 0) return hours;
        var added = counts.Select(Of).Concat(hours).GroupBy(hour => hour.Hour).Select(same => same.Aggregate(Sum)).OrderBy(hour => hour.Hour).ToList();
        return [.. added.Where(hour => hour.Hour > added[^1].Hour.AddHours(-Kept))];
    }

    private static HourOfCalls Of(Reading count)
    {
        var from = count.Since ?? count.At;
        var hour = new DateTimeOffset(from.UtcTicks - (from.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        return count.Expected is { } band
            ? new(hour, count.Value, band.Middle, Square(band.Middle - band.Low), Square(band.High - band.Middle))
            : new(hour, count.Value, null, 0, 0);
    }

    private static HourOfCalls Sum(HourOfCalls one, HourOfCalls other) =>
        one with { Calls = one.Calls + other.Calls, Middle = one.Middle + other.Middle, Below = one.Below + other.Below, Above = one.Above + other.Above };

    private static double Square(double value) => value * value;
}

/// <summary>What the rules came to at one portal, for a line in a list.</summary>
/// <param name="At">When they were asked.</param>
/// <param name="Passed">Rules that passed.</param>
/// <param name="Evaluated">Rules that passed or failed.</param>
/// <param name="Rules">All rules.</param>
public sealed record PostureScore(DateTimeOffset At, int Passed, int Evaluated, int Rules);
