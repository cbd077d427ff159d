using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions;

public sealed class BandChartTests
{
    private static readonly PortalClock Berlin = PortalClock.Of(Sample.View());

    [Fact]
    public void Breaks_line_and_band_where_polls_are_missing()
    {
        var chart = BandChart.Of(Sample.Day(), Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words);

        chart.Lines.Count.ShouldBe(2);
        chart.Bands.Count.ShouldBe(2);
    }

    [Fact]
    public void Marks_only_what_is_far_above()
    {
        var chart = BandChart.Of(Sample.Day(), Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words);

        chart.Marks.Count.ShouldBe(4);
        chart.Description.ShouldContain("4 far above what was expected; the first at 24 Nov 14:15");
    }

    [Fact]
    public void Has_no_band_before_there_is_a_model()
    {
        var chart = BandChart.Of(Sample.Day(withModel: false), Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words);

        chart.Bands.ShouldBeEmpty();
        chart.Marks.ShouldBeEmpty();
        chart.Lines.ShouldNotBeEmpty();
    }

    [Fact]
    public void Stands_on_the_clock_of_the_account()
    {
        var midnight = BandChart.Of(Sample.Day(), Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words).Ticks.Single(tick => tick.IsMidnight);

        midnight.Label.ShouldBe("24 Nov");
        // 23:00 UTC, in a window that ends at 13:45 UTC.
        midnight.X.ShouldBe((24 - 14.75) / 24, 0.001);
    }

    [Fact]
    public void Zones_that_lie_half_an_hour_beside_others_have_ticks_too()
    {
        var clock = new PortalClock(AccountClock.Fixed(TimeSpan.FromMinutes(330)));

        BandChart.Of([], clock, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words).Ticks.Count.ShouldBe(8);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 8)]
    [InlineData(11, 12)]
    [InlineData(100, 100)]
    [InlineData(455, 600)]
    [InlineData(9_999, 10_000)]
    public void Ends_at_a_round_number_of_calls_a_minute(double peak, double top) =>
        BandChart.Of([Sample.Day(withModel: false)[^1] with { Value = peak * 5 }], Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words).Top
            .ShouldBe(top);

    [Fact]
    public void Of_nothing_is_empty_and_says_so() =>
        BandChart.Of([], Berlin, ChartSpan.Day.Until(Sample.Now), ChartSpan.Day.Words).Description
            .ShouldBe("No calls were counted in the last 24 hours.");
}
