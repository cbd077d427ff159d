using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class SignatureDetectorTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Four_bad_signatures_in_ten_minutes_are_a_scanner_and_five_are_told()
    {
        Assess(Count(-2, IntakeOutcome.SignatureWrong, 4)).Condition.ShouldBe(Condition.Clear);
        Assess(Count(-9, IntakeOutcome.SignatureWrong, 2), Count(-2, IntakeOutcome.TimestampTooOld, 3)).Condition.ShouldBe(Condition.Firing);
    }

    [Fact]
    public void A_forger_among_genuine_requests_and_a_wrong_secret_of_ours_are_two_stories()
    {
        var forged = Assess(Count(-2, IntakeOutcome.SignatureWrong, 9), Count(-2, IntakeOutcome.Accepted, 40)).Finding!;
        forged.Headline.ShouldBe("9 forged webhook requests refused");
        forged.Summary.ShouldContain("SignatureWrong 9");
        var ours = Assess(Count(-2, IntakeOutcome.SignatureWrong, 9)).Finding!;
        ours.Headline.ShouldBe("Every webhook request fails its signature");
        ours.Steps[0].ShouldContain("Webhooks:Secrets:0");
    }

    [Fact]
    public void What_is_refused_for_other_reasons_is_no_forgery() =>
        Assess([.. Enum.GetValues<IntakeOutcome>().Where(outcome => !SignatureDetector.IsFailure(outcome)).Select(outcome => Count(-2, outcome, 99))]).Condition.ShouldBe(Condition.Clear);

    [Fact]
    public void It_is_over_after_half_an_hour()
    {
        Assess(Count(-20, IntakeOutcome.SignatureMissing, 50)).Condition.ShouldBe(Condition.Undecided);
        Assess(Count(-31, IntakeOutcome.SignatureMissing, 50)).Condition.ShouldBe(Condition.Clear);
    }

    private static Assessment Assess(params IntakeCount[] counts) => SignatureDetector.Assess([.. counts.OrderBy(count => count.Minute)], Now);

    private static IntakeCount Count(int minutes, IntakeOutcome outcome, int count) => new(Now.AddMinutes(minutes), outcome, count);
}
