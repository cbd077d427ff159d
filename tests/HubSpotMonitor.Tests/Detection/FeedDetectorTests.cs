using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class FeedDetectorTests
{
    [Theory]
    [InlineData(ActivityFeed.Security, Severity.Critical, "security-activity")]
    [InlineData(ActivityFeed.Login, Severity.High, "login-history")]
    public void A_history_that_was_read_and_is_denied_twice_is_told(ActivityFeed feed, Severity severity, string subject)
    {
        var finding = Assess(Denied with { Feed = feed }).Finding!;
        (finding.Rule, finding.Subject, finding.Severity, finding.Since).ShouldBe((BlindDetector.Rule, subject, severity, Noon.AddMinutes(-5)));
        finding.Summary.ShouldStartWith("Grant the scope. Until it can be read again nobody sees ");
        (finding.Seen, finding.Steps.Count, finding.Evidence.Single())
            .ShouldBe(("last read at 2026-11-24 11:50 UTC", 3, $"{subject}@2026-11-24T12:00:00Z"));
    }

    [Fact]
    public void One_refusal_wakes_nobody() => Assess(Denied with { LastTriedAt = Denied.At }).Condition.ShouldBe(Condition.Undecided);

    [Fact]
    public void Nothing_is_said_of_a_history_that_was_never_read_and_of_the_audit_log() =>
        FeedDetector.Assess([Denied with { LastReadAt = null }, Denied with { Feed = ActivityFeed.Audit }], null, Noon).ShouldBeEmpty();

    [Theory]
    [InlineData(30, Condition.Undecided)]
    [InlineData(31, Condition.Firing)]
    public void A_history_that_fails_is_told_after_half_an_hour(int minutes, Condition condition)
    {
        var assessment = Assess(Denied with { Access = SourceAccess.Failed, At = Noon.AddMinutes(-minutes) });
        assessment.Condition.ShouldBe(condition);
        (assessment.Finding?.Severity ?? Severity.High).ShouldBe(Severity.High);
    }

    [Theory]
    [InlineData(PollOutcome.DeadToken, Condition.Undecided)]
    [InlineData(PollOutcome.NotConnected, Condition.Undecided)]
    [InlineData(PollOutcome.Unreachable, Condition.Undecided)]
    [InlineData(PollOutcome.LimitReached, Condition.Undecided)]
    [InlineData(PollOutcome.MissingScope, Condition.Firing)]
    [InlineData(PollOutcome.NoFigure, Condition.Firing)]
    [InlineData(PollOutcome.Good, Condition.Firing)]
    public void While_the_whole_account_is_unseen_that_alone_is_told(PollOutcome outcome, Condition condition) =>
        Assess(Denied, outcome).Condition.ShouldBe(condition);

    [Fact]
    public void Once_it_is_read_again_it_is_over() =>
        Assess(Denied with { Access = SourceAccess.Read, Says = null }, PollOutcome.LimitReached)
            .ShouldBe(Assessment.Clear(BlindDetector.Rule, "security-activity"));

    private static ActivityCheckpoint Denied => new()
    {
        Portal = Acme.Id,
        Feed = ActivityFeed.Security,
        Access = SourceAccess.Denied,
        Says = "Grant the scope.",
        LastReadAt = Noon.AddMinutes(-10),
        At = Noon.AddMinutes(-5),
        LastTriedAt = Noon,
    };

    private static Assessment Assess(ActivityCheckpoint feed, PollOutcome outcome = PollOutcome.Good) =>
        FeedDetector.Assess([feed], new() { Portal = Acme.Id, LastPollAt = Noon, Outcome = outcome }, Noon).ShouldHaveSingleItem();
}
