using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class QuotaDetectorTests
{
    private const double Limit = 625_000;

    [Fact]
    public void At_a_steady_pace_the_forecast_is_a_straight_line()
    {
        var forecast = QuotaDetector.Forecast(300_000, Noon, Limit, Hour(callsPerMinute: 1000), null, AccountClock.Utc)!;
        forecast.AtReset.ShouldBe(300_000 + (12 * 60 * 1000), 1);
        forecast.LimitReachedAt!.Value.ShouldBe(Noon.AddMinutes(325), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_learned_shape_of_the_day_is_followed()
    {
        // 1,000 a minute until 18:00, then nothing: a straight line would cry wolf.
        var shape = new DayShape(at => at.Hour < 18 ? 1000 : 0, _ => 0.1);
        QuotaDetector.Forecast(200_000, Noon, Limit, Hour(1000), shape, AccountClock.Utc)!.LimitReachedAt.ShouldBeNull();
    }

    [Fact]
    public void A_day_that_scatters_widely_makes_a_wide_interval()
    {
        var (narrow, wide) = (Interval(0.02), Interval(0.3));
        narrow.Earliest!.Value.ShouldBeLessThan(narrow.LimitReachedAt!.Value);
        narrow.Latest!.Value.ShouldBeGreaterThan(narrow.LimitReachedAt!.Value);
        wide.Earliest!.Value.ShouldBeLessThan(narrow.Earliest!.Value);
        wide.Latest.ShouldBeNull(); // on a quiet day the limit is not reached
    }

    [Fact]
    public void Half_an_hour_of_readings_is_the_least_for_a_forecast() =>
        QuotaDetector.Forecast(300_000, Noon, Limit, [.. Hour(1000).TakeLast(5)], null, AccountClock.Utc).ShouldBeNull();

    [Theory]
    [InlineData(0.50, null)]
    [InlineData(0.70, Severity.Medium)]
    [InlineData(0.85, Severity.High)]
    [InlineData(0.95, Severity.Critical)]
    [InlineData(1.02, Severity.Critical)]
    public void The_share_used_sets_the_severity(double share, Severity? severity) =>
        (QuotaDetector.Assess(share * Limit, Noon, Limit, null, false, AccountClock.Utc).Finding?.Severity).ShouldBe(severity);

    [Fact]
    public void A_forecast_fires_when_it_is_made_twice_in_a_row()
    {
        var forecast = new QuotaForecast(900_000, Noon.AddHours(5));
        QuotaDetector.Assess(0.4 * Limit, Noon, Limit, forecast, false, AccountClock.Utc).Condition.ShouldBe(Condition.Undecided);
        var finding = QuotaDetector.Assess(0.4 * Limit, Noon, Limit, forecast, true, AccountClock.Utc).Finding!;
        finding.Headline.ShouldBe("Daily API limit will be reached at 17:00 (UTC+0)");
        finding.Severity.ShouldBe(Severity.High);
    }

    [Fact]
    public void It_says_how_sure_it_is_and_of_what_is_counted_no_forecast()
    {
        static string Says(double used, QuotaForecast forecast) =>
            QuotaDetector.Assess(used, Noon, Limit, forecast, true, AccountClock.Utc).Finding!.Confidence!;
        Says(0.4 * Limit, Interval(0.1) with { LimitReachedAt = Noon.AddHours(5) }).ShouldStartWith("Forecast from the learned shape of the day");
        Says(0.4 * Limit, QuotaDetector.Forecast(0.4 * Limit, Noon, Limit, Hour(900), null, AccountClock.Utc)!)
            .ShouldStartWith("Forecast by a straight line");
        Says(Limit, Interval(0.1) with { LimitReachedAt = Noon }).ShouldBe("Counted by HubSpot.");
    }

    [Fact]
    public void A_far_forecast_from_the_early_morning_is_guesswork() =>
        QuotaDetector.Assess(0.05 * Limit, Noon, Limit, new(900_000, Noon.AddHours(9)), true, AccountClock.Utc).Condition
            .ShouldBe(Condition.Undecided);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_the_reset_it_is_clear_whether_there_is_a_forecast_or_none_yet(bool isForecast) =>
        Assessed(isForecast ? new QuotaForecast(90_000, null) : null, reachedBefore: null).ShouldBe(Condition.Clear);

    [Fact]
    public void It_is_over_when_it_is_forecast_twice_in_a_row_that_the_limit_is_not_reached()
    {
        Assessed(new(620_000, null), reachedBefore: true).ShouldBe(Condition.Undecided);
        Assessed(new(620_000, null), reachedBefore: false).ShouldBe(Condition.Clear);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_the_pace_is_not_known_nothing_is_over(bool reachedBefore) =>
        Assessed(null, reachedBefore).ShouldBe(Condition.Undecided);

    private static Condition Assessed(QuotaForecast? forecast, bool? reachedBefore) =>
        QuotaDetector.Assess(0.4 * Limit, Noon, Limit, forecast, reachedBefore, AccountClock.Utc).Condition;

    private static QuotaForecast Interval(double spread) =>
        QuotaDetector.Forecast(100_000, Noon, Limit, Hour(900), new DayShape(_ => 900, _ => spread), AccountClock.Utc)!;

    private static List<Reading> Hour(double callsPerMinute) =>
        [.. Enumerable.Range(0, 12).Select(i => Count(Noon.AddMinutes(-55 + (5 * i)), 5 * callsPerMinute))];
}
