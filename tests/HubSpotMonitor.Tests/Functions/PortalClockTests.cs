using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Functions.Pages.Charts.Usage;

namespace HubSpotMonitor.Tests.Functions;

public sealed class PortalClockTests
{
    [Theory]
    [InlineData("US/Eastern", "24 Nov 08:42")]
    [InlineData("UTC+05:30", "24 Nov 19:12")]
    [InlineData("Mars/Olympus", "24 Nov 13:42")]
    [InlineData(null, "24 Nov 13:42")]
    public void A_page_stands_on_the_accounts_clock_and_on_UTC_where_nobody_knows_it(string? zone, string shown) =>
        PortalClock.Of(Sample.View() with { TimeZone = zone }).DayTime(Sample.Now).ShouldBe(shown);

    [Fact]
    public void Of_an_account_that_is_not_there_it_is_UTC() => PortalClock.Of(null).Time(Sample.Now).ShouldBe("13:42");

    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin", "Europe/Berlin")]
    [InlineData("US/Eastern", "US/Eastern", "America/New_York")] // the second where old links are missing
    [InlineData("UTC+05:30", "+05:30", "+05:30")]
    [InlineData("UTC-03:30", "-03:30", "-03:30")]
    public void The_script_is_told_a_zone_that_browsers_know_or_an_offset(string zone, string name, string present)
    {
        var clock = PortalClock.Of(Sample.View() with { TimeZone = zone });
        var chart = UsageChart.Of(new UsageHistory(Sample.Day(), [], []), ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words, clock, limit: null);
        UsageData.Of(chart).Zone.ShouldBeOneOf(name, present);
    }
}
