using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class DrainDetectorTests
{
    private static readonly SpikeModel Model = new() { FittedAt = Noon, Days = 28, Profile = [], Scatter = [], Quantiles = [], MeanExcess = 1, DayScatter = 0.04 };

    [Fact]
    public void A_third_more_all_day_fires() => DrainDetector.Assess(Day(1.35), Model).Finding!.Headline.ShouldBe("API calls 35 % above normal all day");

    [Fact]
    public void An_ordinary_day_is_clear() => DrainDetector.Assess(Day(1.05), Model).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void Between_the_two_nothing_changes() => DrainDetector.Assess(Day(1.15), Model).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void A_burst_does_not_make_a_drain() =>
        DrainDetector.Assess([.. Day(1).Select((count, i) => i < 12 ? count with { Value = 5000 } : count)], Model).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void A_day_with_holes_is_not_judged() => DrainDetector.Assess([.. Day(1.35).Take(150)], Model).Condition.ShouldBe(Condition.Undecided);

    private static List<Reading> Day(double factor) =>
        [.. Enumerable.Range(0, 288).Select(i => Count(Noon.AddMinutes(5 * i), 200 * factor, new Expectation(120, 200, 310, 0.5)))];
}
