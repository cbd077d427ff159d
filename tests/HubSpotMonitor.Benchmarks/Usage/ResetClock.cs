using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>HubSpot tells the monitor an account's zone; a file does not: there the hour at which the counter falls tells it.</summary>
internal static class ResetClock
{
    private const int DropsNeeded = 3;

    /// <summary>The zone, in whole hours, in which most of the first two weeks' drops lie just after midnight.</summary>
    public static AccountClock Find(IReadOnlyList<Reading> counters)
    {
        var until = counters.Count == 0 ? default : counters[0].At.AddDays(14);
        var hours = counters.Zip(counters.Skip(1)).Where(pair => pair.Second.Value < pair.First.Value && pair.Second.At < until)
            .Select(pair => (int)Math.Floor(pair.Second.At.TimeOfDay.TotalHours)).ToList();
        if (hours.Count < DropsNeeded) return AccountClock.Utc;
        var hour = hours.GroupBy(one => one).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        return AccountClock.Fixed(TimeSpan.FromHours(hour <= 12 ? -hour : 24 - hour));
    }
}
