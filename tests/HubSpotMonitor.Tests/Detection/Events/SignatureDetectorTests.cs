using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class SignatureDetectorTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Four_bad_signatures_in_ten_minutes_are_a_scanner_and_five_are_told()
    {
        Of("webhooks", Count(-2, IntakeOutcome.SignatureWrong, 4)).Condition.ShouldBe(Condition.Clear);
        Of("webhooks", Count(-9, IntakeOutcome.SignatureWrong, 2), Count(-2, IntakeOutcome.TimestampTooOld, 3)).Condition.ShouldBe(Condition.Firing);
    }

    [Fact]
    public void A_forger_among_genuine_requests_and_a_wrong_secret_of_ours_are_two_stories()
    {
        IntakeCount[] mixed =
        [
            Count(-2, IntakeOutcome.SignatureWrong, 9),
            Count(-2, IntakeOutcome.Accepted, 40),
            Count(-3, IntakeOutcome.Accepted, 1),
        ];
        var forged = Of("forged", mixed).Finding!;
        forged.Headline.ShouldBe("9 forged webhook requests refused");
        forged.Summary.ShouldContain("SignatureWrong 9");
        var ours = Of("webhooks", Count(-2, IntakeOutcome.SignatureWrong, 9)).Finding!;
        ours.Headline.ShouldBe("Every webhook request fails its signature");
        ours.Steps[0].ShouldContain("Webhooks:Secrets:0");
    }

    [Fact]
    public void A_wrong_secret_of_ours_is_told_while_a_forger_is_at_work()
    {
        IntakeCount[] forger = [.. Enumerable.Range(1, 39).Select(minute => Count(-minute, IntakeOutcome.SignatureMissing, 1))];
        IntakeCount[] known = [.. forger, Count(-12, IntakeOutcome.Accepted, 3), Count(-3, IntakeOutcome.Accepted, 3)];
        (Of("forged", known).Condition, Of("webhooks", known).Condition).ShouldBe((Condition.Firing, Condition.Clear));
        // A pause of HubSpot's is no wrong secret; one as long as the detector looks back is.
        IntakeCount[] paused = [.. forger, Count(-15, IntakeOutcome.Accepted, 3)];
        (Of("forged", paused).Condition, Of("webhooks", paused).Condition).ShouldBe((Condition.Undecided, Condition.Undecided));
        (Of("forged", forger).Condition, Of("webhooks", forger).Condition).ShouldBe((Condition.Undecided, Condition.Firing));
    }

    [Fact]
    public void A_secret_that_is_mended_ends_its_alert_and_makes_nobody_a_forger()
    {
        IntakeCount[] mended =
        [
            .. Enumerable.Range(4, 30).Select(minute => Count(-minute, IntakeOutcome.SignatureWrong, 3)),
            .. Enumerable.Range(1, 4).Select(minute => Count(-minute, IntakeOutcome.Accepted, 9)),
        ];
        (Of("forged", mended).Condition, Of("webhooks", mended).Condition).ShouldBe((Condition.Undecided, Condition.Clear));
        // Also when all of it was in one minute, whenever it is looked at.
        for (var ago = 1; ago <= 15; ago++)
        {
            Of("forged", Count(-ago, IntakeOutcome.SignatureWrong, 9), Count(-ago, IntakeOutcome.Accepted, 9)).Condition
                .ShouldNotBe(Condition.Firing);
        }
    }

    [Fact]
    public void What_is_refused_for_other_reasons_is_no_forgery() =>
        Assess([.. Enum.GetValues<IntakeOutcome>().Where(outcome => !SignatureDetector.IsFailure(outcome)).Select(outcome => Count(-2, outcome, 99))])
            .ShouldAllBe(assessment => assessment.Condition == Condition.Clear);

    [Fact]
    public void Bodies_that_were_not_read_are_nobodys_wrong_signature()
    {
        var unread = Of("webhooks", Count(-2, IntakeOutcome.BodyNotRead, 9)).Finding!;
        (unread.Headline, unread.Steps.Any(step => step.Contains("Secrets", StringComparison.Ordinal)))
            .ShouldBe(("9 webhook requests could not be read", false));
        Of("webhooks", Count(-2, IntakeOutcome.BodyNotRead, 4), Count(-2, IntakeOutcome.SignatureWrong, 5)).Finding!.Summary
            .ShouldContain("Where it says BodyNotRead");
    }

    [Fact]
    public void It_is_over_after_half_an_hour()
    {
        Assess(Count(-20, IntakeOutcome.SignatureMissing, 50)).ShouldAllBe(assessment => assessment.Condition == Condition.Undecided);
        Assess(Count(-31, IntakeOutcome.SignatureMissing, 50)).ShouldAllBe(assessment => assessment.Condition == Condition.Clear);
    }

    private static Assessment Of(string subject, params IntakeCount[] counts) => Assess(counts).Single(assessment => assessment.Subject == subject);

    private static IReadOnlyList<Assessment> Assess(params IntakeCount[] counts) =>
        SignatureDetector.Assess([.. counts.OrderBy(count => count.Minute)], Now);

    private static IntakeCount Count(int minutes, IntakeOutcome outcome, int count) => new(Now.AddMinutes(minutes), outcome, count);
}
