using HubSpotMonitor.Benchmarks.Usage;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class UsageScorerTests
{
    private static readonly UsageTruth Truth = new(Noon, Noon.AddDays(14), [new("burst", Noon.AddDays(1), Noon.AddDays(1).AddHours(2))]);

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)] // an hour after its end
    [InlineData(3.1, false)]
    [InlineData(-0.1, false)]
    public void An_event_is_found_by_an_alert_in_it_or_within_an_hour_after(double hours, bool found)
    {
        var score = UsageScorer.Score(Truth, [Alert(24 + hours)]);
        (score.Found.ShouldHaveSingleItem().First is not null).ShouldBe(found);
        score.FalseAlerts.Count.ShouldBe(found ? 0 : 1);
    }

    [Fact]
    public void False_alerts_closer_than_an_hour_are_one() =>
        UsageScorer.Score(Truth, [Alert(50), Alert(50.5), Alert(51.2), Alert(60)]).FalseAlerts.Count.ShouldBe(2);

    [Fact]
    public void Before_the_end_of_the_warm_up_nothing_counts() => UsageScorer.Score(Truth, [Alert(-5)]).FalseAlerts.ShouldBeEmpty();

    [Fact]
    public void An_alert_that_began_before_an_event_does_not_find_it()
    {
        var score = UsageScorer.Score(Truth, [Alert(20) with { End = Noon.AddHours(25) }]);
        score.Found[0].First.ShouldBeNull();
        score.FalseAlerts.ShouldHaveSingleItem();
    }

    [Fact]
    public void Weeks_are_counted_from_the_end_of_the_warm_up() => UsageScorer.Score(Truth, []).Weeks.ShouldBe(2);

    private static UsageAlert Alert(double hours) => new("s", Noon.AddHours(hours), Noon.AddHours(hours), "Burst", 0, 1, 2, "");
}
