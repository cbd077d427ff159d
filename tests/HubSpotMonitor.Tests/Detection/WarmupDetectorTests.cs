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

    [Fact]
    public void One_odd_reading_wakes_nobody() =>
        WarmupDetector.Assess([Count(Noon, 2_000), Count(Noon.AddMinutes(5), 12_000)], TimeSpan.FromDays(3)).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void A_steady_pace_is_no_finding() =>
        WarmupDetector.Assess([Count(Noon, 2_100), Count(Noon.AddMinutes(5), 2_100)], TimeSpan.FromDays(3)).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void Over_a_gap_nothing_is_judged() =>
        WarmupDetector.Assess([Count(Noon, 90_000) with { Quality = ReadingQuality.Gap }], TimeSpan.FromDays(3)).Condition.ShouldBe(Condition.Undecided);
}
