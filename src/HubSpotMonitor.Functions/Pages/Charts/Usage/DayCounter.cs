using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts.Usage;

/// <summary>What the monitor had counted of a day at one instant.</summary>
/// <param name="At">When.</param>
/// <param name="Calls">Counted since the account's midnight.</param>
public sealed record CounterValue(DateTimeOffset At, double Calls);

/// <summary>
/// Counts added up again, day by day on the account's clock: how near the limit was. Of the day on which the account was connected, what came
/// before is not among them, and the sum is less than HubSpot's own counter.
/// </summary>
public static class DayCounter
{
    /// <param name="counts">Oldest first, since a midnight of the account's.</param>
    /// <param name="clock">The account's.</param>
    /// <returns>A list for each day.</returns>
    public static IReadOnlyList<IReadOnlyList<CounterValue>> Of(IEnumerable<Reading> counts, PortalClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        // What ends at midnight was counted the day before.
        return [.. counts.GroupBy(count => clock.Local(count.At.AddTicks(-1)).Date).Select(AddUp)];
    }

    private static List<CounterValue> AddUp(IGrouping<DateTime, Reading> day)
    {
        var calls = 0.0;
        return [.. day.Select(count => new CounterValue(count.At, calls += count.Value))];
    }
}
