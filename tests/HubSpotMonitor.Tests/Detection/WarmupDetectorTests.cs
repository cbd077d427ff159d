using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class WarmupDetectorTests
{
    [Fact]
    public void Fixed_thresholds_hold_and_the_finding_says_so()
    {
        var finding = WarmupDetector.Assess([Count(Noon, 12_000), Count(Noon.AddMinutes(5), 12_000)], TimeSpan.FromDays(3.2)).Finding!;
        finding.Confidence.ShouldBe("Learning: fixed thresholds are in force until 14 days are counted (now 3.2).");
        finding.Headline.ShouldBe("API calls far above a steady pace");
    }

    // An hour ago it was larger: that was another incident.
    [Fact]
    public void What_is_far_larger_is_news_to_whoever_took_what_came_before()
    {
        Reading[] counts =
        [
            Count(Noon.AddHours(-1), 90_000), Count(Noon.AddMinutes(-5), 9_000), Count(Noon, 9_000), Count(Noon.AddMinutes(5), 9_000),
        ];
        WarmupDetector.Assess(counts, TimeSpan.FromDays(3)).Finding!.NewestEvent!.Split('|')[^1].ShouldBe("+78125/h"); // of 108,000
    }

    [Fact]
    public void One_odd_reading_wakes_nobody() =>
        WarmupDetector.Assess([Count(Noon, 2_000), Count(Noon.AddMinutes(5), 12_000)], TimeSpan.FromDays(3)).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void A_steady_pace_is_no_finding() =>
        WarmupDetector.Assess([Count(Noon, 2_100), Count(Noon.AddMinutes(5), 2_100)], TimeSpan.FromDays(3)).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void Over_a_gap_nothing_is_judged() =>
        WarmupDetector.Assess([Count(Noon, 90_000) with { Quality = ReadingQuality.Gap }], TimeSpan.FromDays(3)).Condition
            .ShouldBe(Condition.Undecided);
}
