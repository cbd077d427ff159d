using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>
/// Turns the values of a daily counter into counts per interval. The counter starts again at the account's midnight,
/// is cached (the same instant twice is one observation), can be missing and can lie.
/// </summary>
public static class UsageCounter
{
    /// <summary>Three polls of five minutes: over a longer interval the count is right but its shape is unknown.</summary>
    public static readonly TimeSpan GapAfter = TimeSpan.FromMinutes(16);

    /// <summary>HubSpot's reset may come this much after midnight by our reckoning.</summary>
    private static readonly TimeSpan ResetSlack = TimeSpan.FromMinutes(10);

    /// <param name="counters">Values of one counter of one portal, in any order.</param>
    /// <param name="clock">The account's clock.</param>
    /// <returns>Counts, oldest first. Their intervals never overlap; where nothing is known there is none.</returns>
    public static IReadOnlyList<Reading> Count(IEnumerable<Reading> counters, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        List<Reading> counts = [];
        Reading? previous = null;
        var lower = 0;
        foreach (var counter in counters.DistinctBy(counter => counter.At).OrderBy(counter => counter.At))
        {
            if (previous is null)
            {
                previous = counter;
                continue;
            }
            var midnight = clock.Midnight(counter.At);
            if (counter.Value < previous.Value && midnight < previous.At - ResetSlack)
            {
                // No midnight explains this drop: a bad read. If the next one is lower too, the counter was corrected.
                if (++lower == 2) (previous, lower) = (counter, 0);
                continue;
            }
            lower = 0;
            if (Interval(previous, counter, midnight) is { } count) counts.Add(count);
            previous = counter;
        }
        return counts;
    }

    private static Reading? Interval(Reading previous, Reading counter, DateTimeOffset midnight)
    {
        var crossed = previous.At <= midnight;
        var fell = counter.Value < previous.Value;
        // Just after midnight a value that did not fall may still be the old day's: HubSpot's reset is a little late.
        var startsAnew = fell || (crossed && counter.At - midnight > ResetSlack);
        var since = startsAnew && crossed ? midnight : previous.At;
        if (since >= counter.At) return null;
        return new Reading
        {
            Portal = counter.Portal,
            Metric = Metric.Calls,
            At = counter.At,
            Since = since,
            Value = startsAnew ? counter.Value : counter.Value - previous.Value,
            Limit = counter.Limit,
            Quality = (counter.At - since > GapAfter, startsAnew) switch
            {
                _ when !startsAnew && counter.Value == previous.Value && previous.Value >= counter.Limit => ReadingQuality.Refused,
                (true, _) => ReadingQuality.Gap,
                (_, true) => ReadingQuality.Reset,
                _ => ReadingQuality.Measured,
            },
        };
    }
}
