using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class SilenceDetectorTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Theory]
    [InlineData(2, 23, false)]
    [InlineData(2, 25, true)]
    [InlineData(7, 25, true)]
    public void While_it_learns_a_day_is_the_limit(int daysKnown, int hoursSilent, bool fires) =>
        Fires(daysKnown, hoursSilent, gapHours: 1).ShouldBe(fires);

    [Theory]
    [InlineData(0.1, 0.9, false)]
    [InlineData(0.1, 1.1, true)]
    [InlineData(10, 19, false)]
    [InlineData(10, 21, true)]
    [InlineData(60, 100, false)]
    public void Afterwards_it_is_twice_the_longest_gap_and_never_less_than_an_hour(double gapHours, double hoursSilent, bool fires) =>
        Fires(20, hoursSilent, gapHours).ShouldBe(fires);

    [Fact]
    public void It_is_over_with_the_first_event() => SilenceDetector.Assess(Checkpoint(20, 0, 1), Now).Condition.ShouldBe(Condition.Clear);

    [Theory]
    [InlineData(20, 0.2, 0.9, 0.9)]
    [InlineData(20, 0.2, 72, 1)]
    [InlineData(20, 10, 72, 20)]
    [InlineData(7, 1, 60, 60)]
    public void A_silence_that_was_told_teaches_no_more_than_what_it_took_until_then_but_while_it_learns(
        int daysKnown, double gapHours, double hoursSilent, double learned) =>
        SilenceDetector.Learned(Checkpoint(daysKnown, hoursSilent, gapHours), Now).ShouldBe(TimeSpan.FromHours(learned));

    [Fact]
    public void While_it_learns_it_claims_nothing_of_what_is_usual()
    {
        SilenceDetector.Assess(Checkpoint(7, 25, 20), Now).Finding!.Summary.ShouldStartWith("The last webhook event was received 1 d 1 h ago. Until");
        SilenceDetector.Assess(Checkpoint(20, 50, 10), Now).Finding!.Summary
            .ShouldStartWith("The last webhook event was received 2 d 2 h ago; usual are silences of at most 10 h. Until");
    }

    [Fact]
    public void It_does_not_wake_as_a_dead_token_does() =>
        SilenceDetector.Assess(Checkpoint(20, 50, 1), Now).Finding!.Severity.ShouldBe(Severity.High);

    private static bool Fires(int daysKnown, double hoursSilent, double gapHours) =>
        SilenceDetector.Assess(Checkpoint(daysKnown, hoursSilent, gapHours), Now).Condition == Condition.Firing;

    private static EventCheckpoint Checkpoint(int daysKnown, double hoursSilent, double gapHours) => new()
    {
        Portal = 1,
        FirstReceivedAt = Now.AddDays(-daysKnown),
        LastReceivedAt = Now.AddHours(-hoursSilent),
        Gaps = [new(DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-2), TimeSpan.FromHours(gapHours))],
        Fired = [],
    };
}
