using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class SpikeDetectorTests
{
    private static readonly Expectation Normal = new(120, 200, 310, 0.4);
    private static readonly Expectation Rare = Normal with { TailProbability = 1e-12 };

    [Fact]
    public void One_odd_reading_wakes_nobody() => Assess(200, 200, 2140).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void Two_of_three_odd_readings_fire() => Assess(200, 2140, 1900).Condition.ShouldBe(Condition.Firing);

    [Fact]
    public void An_odd_reading_long_past_does_not_fire_again() => Assess(2140, 1900, 200).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void Half_an_hour_of_calm_clears() => Assess(2140, 1900, 200, 210, 190, 200, 200, 180).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void A_little_calm_does_not_clear_yet() => Assess(2140, 1900, 200, 210, 190).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void The_finding_tells_what_was_expected_what_was_seen_and_since_when()
    {
        var finding = Assess(200, 2140, 1900).Finding!;
        finding.Headline.ShouldBe("API calls 10.7x normal");
        finding.Expected.ShouldBe("120–310 calls in 5 min");
        finding.Seen.ShouldBe("2,140 calls in 5 min");
        finding.Since.ShouldBe(Noon);
        finding.Confidence!.ShouldContain("p < 1e-9");
        finding.Steps.Count.ShouldBe(3);
    }

    [Fact]
    public void An_excess_of_a_tenth_of_the_limit_is_critical() =>
        Assess(200, 40_000, 40_000).Finding!.Severity.ShouldBe(Severity.Critical);

    [Fact]
    public void While_learning_fixed_thresholds_hold_and_the_finding_says_so()
    {
        Reading[] counts = [Count(Noon, 12_000), Count(Noon.AddMinutes(5), 12_000)];
        var finding = SpikeDetector.Assess(counts, null, 3.2).Finding!;
        finding.Confidence.ShouldBe("Learning: fixed thresholds are in force until 14 days of readings are stored (now 3.2).");
        finding.Headline.ShouldBe("API calls far above a steady pace");
    }

    [Fact]
    public void While_learning_a_steady_pace_is_no_finding() =>
        SpikeDetector.Assess([Count(Noon, 2_100), Count(Noon.AddMinutes(5), 2_100)], null, 3).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void Over_a_gap_nothing_is_judged() =>
        SpikeDetector.Assess([Count(Noon, 90_000, Rare) with { Quality = ReadingQuality.Gap }], null, 3).Condition.ShouldBe(Condition.Undecided);

    private static Assessment Assess(params double[] values)
    {
        var model = new SpikeModel { FittedAt = Noon, Days = 28, Profile = [], Scatter = [], Quantiles = [], MeanExcess = 1, DayScatter = 1 };
        return SpikeDetector.Assess([.. values.Select((value, i) => Count(Noon.AddMinutes(5 * i), value, value > 1000 ? Rare : Normal))], model, 28);
    }
}
