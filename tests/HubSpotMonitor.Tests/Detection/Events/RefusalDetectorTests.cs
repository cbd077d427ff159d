using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class RefusalDetectorTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Five_signed_requests_that_are_refused_in_ten_minutes_are_told()
    {
        Assess(Count(-4, IntakeOutcome.BodyNotJson, 2), Count(-2, IntakeOutcome.StoreUnavailable, 2)).Condition.ShouldBe(Condition.Clear);
        var finding = Assess(Count(-4, IntakeOutcome.BodyNotJson, 2), Count(-2, IntakeOutcome.StoreUnavailable, 3)).Finding!;
        finding.Headline.ShouldBe("5 genuine webhook requests could not be taken");
        finding.Summary.ShouldContain("(StoreUnavailable 3, BodyNotJson 2)");
        finding.LikelyCause!.ShouldStartWith("The store is too slow");
        Assess(Count(-4, IntakeOutcome.BodyNotJson, 5), Count(-2, IntakeOutcome.BodyNotJson, 3)).Finding!.LikelyCause!
            .ShouldStartWith("What comes is no JSON array");
    }

    [Fact]
    public void A_store_that_hesitates_for_a_moment_is_no_news() =>
        Assess(Count(-2, IntakeOutcome.StoreUnavailable, 50)).Condition.ShouldBe(Condition.Undecided);

    [Theory]
    [InlineData(IntakeOutcome.BodyTooLarge)]
    [InlineData(IntakeOutcome.BodyNotRead)]
    [InlineData(IntakeOutcome.SignatureWrong)]
    public void What_a_stranger_can_send_does_not_count(IntakeOutcome outcome) =>
        Assess(Count(-4, outcome, 50), Count(-2, outcome, 50)).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void It_is_over_after_half_an_hour()
    {
        Assess(Count(-20, IntakeOutcome.BodyNotJson, 50)).Condition.ShouldBe(Condition.Undecided);
        Assess(Count(-31, IntakeOutcome.BodyNotJson, 50)).Condition.ShouldBe(Condition.Clear);
    }

    private static Assessment Assess(params IntakeCount[] counts) => RefusalDetector.Assess(counts, Now);

    private static IntakeCount Count(int minutes, IntakeOutcome outcome, int count) => new(Now.AddMinutes(minutes), outcome, count);
}
