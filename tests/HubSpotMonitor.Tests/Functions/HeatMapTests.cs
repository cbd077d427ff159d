using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Portals;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions;

public sealed class HeatMapTests
{
    private static readonly PortalClock Berlin = PortalClock.Of(Sample.View());

    [Fact]
    public void The_hour_lived_twice_in_autumn_counts_once()
    {
        // 25 October 2026, 03:00 in Berlin: clocks go back to 02:00, at 01:00 UTC.
        var map = HeatMap.Of(Steady(new(2026, 10, 24, 22, 0, 0, TimeSpan.Zero), hours: 25), Berlin);

        map.Days[6].ShouldAllBe(cell => cell.Usual == 60);
    }

    [Fact]
    public void The_hour_that_spring_leaves_out_is_not_seen()
    {
        // 28 March 2027, 02:00 in Berlin: clocks go forward to 03:00, at 01:00 UTC.
        var map = HeatMap.Of(Steady(new(2027, 3, 27, 23, 0, 0, TimeSpan.Zero), hours: 23), Berlin);

        map.Days[6].Where(cell => cell.Usual is null).Select(cell => cell.Hour).ShouldBe([2]);
        map.Days[6].Where(cell => cell.Hour != 2).ShouldAllBe(cell => cell.Usual == 60);
    }

    [Fact]
    public void Of_nothing_is_empty() => HeatMap.Of([], Berlin).IsEmpty.ShouldBeTrue();

    private static IEnumerable<Reading> Steady(DateTimeOffset from, int hours) =>
        Enumerable.Range(0, hours * 12).Select(index => new Reading
        {
            Portal = 1,
            Metric = Metric.Calls,
            Since = from.AddMinutes(5 * index),
            At = from.AddMinutes(5 * (index + 1)),
            Value = 5,
        });
}
