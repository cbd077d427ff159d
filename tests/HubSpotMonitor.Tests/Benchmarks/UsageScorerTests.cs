using HubSpotMonitor.Benchmarks.Usage;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class UsageScorerTests
{
    private static readonly DateTimeOffset Start = Samples.Noon;
    private static readonly UsageTruth Truth = new(Start, Start.AddDays(14), [new("exfil_burst", Start.AddHours(10), Start.AddHours(12))]);

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    [InlineData(13.1, false)]
    public void An_event_is_found_by_an_alert_in_it_or_within_an_hour_after(double hours, bool found)
    {
        var score = Score(Alert(hours));
        (score.Found.Single().First is not null).ShouldBe(found);
        score.FalseAlerts.Count.ShouldBe(found ? 0 : 1);
    }

    [Fact]
    public void An_alert_that_began_before_and_is_still_open_finds_nothing() => Score(Alert(9, lasts: 5)).Found.Single().First.ShouldBeNull();

    [Fact]
    public void False_alerts_closer_than_an_hour_are_one() => Score(Alert(20), Alert(20.9), Alert(21.8), Alert(24)).FalseAlerts.Count.ShouldBe(2);

    [Fact]
    public void During_the_warm_up_nothing_counts() => Score(Alert(-1)).FalseAlerts.ShouldBeEmpty();

    [Fact]
    public void Weeks_are_counted_after_the_warm_up() => Score().Weeks.ShouldBe(2, 1e-9);

    [Fact]
    public void An_event_that_was_over_before_the_warm_up_ended_is_not_asked_for() =>
        UsageScorer.Score(Truth with { WarmupEnd = Start.AddHours(13) }, []).Found.ShouldBeEmpty();

    private static UsageScore Score(params UsageAlert[] alerts) => UsageScorer.Score(Truth, alerts);

    private static UsageAlert Alert(double hours, double lasts = 0) => new("s", Start.AddHours(hours), Start.AddHours(hours + lasts), "Burst", 0.001, 1, 9, "");
}
