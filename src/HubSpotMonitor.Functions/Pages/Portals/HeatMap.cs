using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Portals;

/// <summary>What is usual in one hour of the week.</summary>
/// <param name="Day">On the account's clock.</param>
/// <param name="Hour">0 to 23, on the account's clock.</param>
/// <param name="Usual">Calls in the hour, the middle one of its weeks; null: never seen.</param>
/// <param name="Most">The highest of its weeks.</param>
/// <param name="Level">0 for nothing, 1 to 6 by how busy it is beside the busiest hour.</param>
public sealed record HeatCell(DayOfWeek Day, int Hour, double? Usual, double? Most, int Level);

/// <summary>
/// The rhythm of an account's week: hour by weekday. An hour is measured by the time that was seen of it, so the doubled hour in autumn counts
/// once and the hour that spring leaves out not at all.
/// </summary>
public sealed record HeatMap(IReadOnlyList<IReadOnlyList<HeatCell>> Days, int Hours)
{
    /// <summary>Four whole weeks.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromDays(28);

    private const int Levels = 6;

    /// <summary>Of an hour that was hardly seen nothing can be said.</summary>
    private const double LeastMinutes = 20;

    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    public bool IsEmpty => Hours == 0;

    public static HeatMap Of(IEnumerable<Reading> counts, PortalClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var hours = counts.Where(count => !BandChart.Breaks(count))
            .Select(count => (Local: clock.Local(count.At - (Rates.Length(count) / 2)), Minutes: Rates.Length(count).TotalMinutes, count.Value))
            .GroupBy(part => (part.Local.Date, part.Local.Hour))
            .Select(hour => (hour.Key.Date.DayOfWeek, hour.Key.Hour, Minutes: hour.Sum(part => part.Minutes), Calls: hour.Sum(part => part.Value)))
            .Where(hour => hour.Minutes >= LeastMinutes)
            .ToLookup(hour => (hour.DayOfWeek, hour.Hour), hour => hour.Calls / hour.Minutes * 60);
        var usual = hours.ToDictionary(hour => hour.Key, hour => Middle([.. hour.Order()]));
        var busiest = usual.Values.DefaultIfEmpty(0).Max();
        return new(
            [.. Week.Select(day => (IReadOnlyList<HeatCell>)[.. Enumerable.Range(0, 24).Select(hour => usual.TryGetValue((day, hour), out var calls)
                ? new HeatCell(day, hour, calls, hours[(day, hour)].Max(), LevelOf(calls, busiest))
                : new HeatCell(day, hour, null, null, 0))])],
            hours.Sum(hour => hour.Count()));
    }

    private static double Middle(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    // By the root, since quiet hours differ from each other too.
    private static int LevelOf(double calls, double busiest) =>
        calls <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(Math.Sqrt(calls / busiest) * Levels), 1, Levels);
}
