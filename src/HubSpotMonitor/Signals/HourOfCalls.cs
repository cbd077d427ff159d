namespace HubSpotMonitor.Signals;

/// <summary>An hour's calls beside what was expected of it: enough for a line a finger wide.</summary>
/// <param name="Hour">Its start, UTC.</param>
/// <param name="Calls">Counted so far.</param>
/// <param name="Low">Lower edge of what was expected; null: at some of its time there was no model.</param>
/// <param name="High">Upper edge.</param>
public sealed record HourOfCalls(DateTimeOffset Hour, double Calls, double? Low, double? High)
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 24;

    /// <summary>Adds counts that were not added before.</summary>
    /// <param name="hours">The hours so far, oldest first.</param>
    /// <param name="counts">Counts, each belonging to the hour in which it began.</param>
    /// <returns>The latest <see cref="Kept"/> hours that have a count, oldest first.</returns>
    public static IReadOnlyList<HourOfCalls> Add(IReadOnlyList<HourOfCalls> hours, IReadOnlyList<Reading> counts)
    {
        ArgumentNullException.ThrowIfNull(hours);
        if (counts.Count == 0) return hours;
        var added = counts
            .Select(Of)
            .Concat(hours)
            .GroupBy(hour => hour.Hour)
            .Select(same => same.Aggregate(Sum))
            .OrderBy(hour => hour.Hour)
            .ToList();
        return [.. added.Where(hour => hour.Hour > added[^1].Hour.AddHours(-Kept))];
    }

    /// <summary>The start of the hour that an instant lies in. UTC.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset at) => at.Floor(TimeSpan.FromHours(1));

    private static HourOfCalls Of(Reading count) => new(HourOf(count.Since ?? count.At), count.Value, count.Expected?.Low, count.Expected?.High);

    // The edges add up: a busy hour is busy in all its parts, so that bands narrowed as if chance alone moved them would be left on every quiet day.
    private static HourOfCalls Sum(HourOfCalls one, HourOfCalls other) =>
        one with { Calls = one.Calls + other.Calls, Low = one.Low + other.Low, High = one.High + other.High };
}
