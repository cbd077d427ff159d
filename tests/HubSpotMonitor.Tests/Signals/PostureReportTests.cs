using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class PostureReportTests
{
    [Fact]
    public void A_rule_that_cannot_be_evaluated_is_neither_good_nor_bad()
    {
        var report = Report(
            RuleOutcome.Pass, RuleOutcome.Pass, RuleOutcome.Fail,
            RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable);
        (report.Passed, report.Evaluated).ShouldBe((2, 3));
    }

    [Fact]
    public void The_score_counts_credentials_by_what_the_rules_found_of_each_and_names_the_worst_rule_first()
    {
        var report = Report() with
        {
            Credentials = [Key("1"), Key("2"), Key("3") with { Status = CredentialStatus.Ended }],
            SuperAdmins = 3,
            Results =
            [
                Failed(RuleIds.CredentialUnregistered, ("1", Severity.Medium), ("2", Severity.Medium)),
                Failed(RuleIds.CredentialOrphaned, ("2", Severity.High)),
                Failed(RuleIds.KeyTooOld, ("1", Severity.Low), ("2", Severity.Medium), ("4", Severity.High)),
                Failed("user-inactive", ("users", Severity.Low)),
                new("guard-off", RuleOutcome.Pass, "Good.", []),
            ],
        };

        var score = PostureScore.Of(report, new(new DateOnly(2026, 11, 24), 5, null));

        (score.At, score.Passed, score.Evaluated, score.Rules, score.Calls!.Calls).ShouldBe((Noon, 1, 5, 5, 5));
        // A credential that two rules speak of is one, and a rule that was not judged tells nothing.
        score.Access.ShouldBe(new AccessFigures(2, 2, 2, null, 3));
        // What is only Low is none of the worst.
        score.Failures.Select(failure => (failure.Rule, failure.Severity, failure.Findings)).ShouldBe(
        [
            (RuleIds.KeyTooOld, Severity.High, 3),
            (RuleIds.CredentialOrphaned, Severity.High, 1),
            (RuleIds.CredentialUnregistered, Severity.Medium, 2),
        ]);
    }

    [Fact]
    public void What_cannot_be_judged_is_not_known_rather_than_none()
    {
        var report = Report() with { Results = [.. RuleCatalog.Rules.Select(rule => rule.Sheet.NotEvaluable("Not read."))] };
        PostureScore.Of(report, null).Access.ShouldBe(new AccessFigures(0, null, null, null, null));
    }

    [Theory]
    [InlineData(RuleOutcome.Pass, RuleOutcome.Pass, 0)]
    [InlineData(RuleOutcome.Pass, RuleOutcome.NotEvaluable, null)]
    [InlineData(RuleOutcome.NotEvaluable, RuleOutcome.Pass, null)]
    [InlineData(RuleOutcome.Pass, null, null)]
    public void What_two_rules_count_is_known_only_where_both_were_judged(RuleOutcome orphaned, RuleOutcome? unregistered, int? unowned)
    {
        List<RuleResult> results = [new(RuleIds.CredentialOrphaned, orphaned, "Because.", [])];
        if (unregistered is { } outcome) results.Add(new(RuleIds.CredentialUnregistered, outcome, "Because.", []));
        PostureScore.Of(Report() with { Results = results }, null).Access!.Unowned.ShouldBe(unowned);
    }

    private static Credential Key(string number) =>
        new() { Id = number, Kind = CredentialKind.ServiceKey, Name = number, Status = CredentialStatus.Active };

    private static RuleResult Failed(string rule, params (string Subject, Severity Severity)[] found) =>
        new(rule, RuleOutcome.Fail, "Because.", [.. found.Select(one => Finding(one.Severity, rule) with { Subject = one.Subject })]);

    private static PostureReport Report(params IEnumerable<RuleOutcome> outcomes) => new()
    {
        Portal = Acme.Id,
        At = Noon,
        Credentials = [],
        Results = [.. outcomes.Select(outcome => new RuleResult("super-admins", outcome, "Because.", []))],
        Sources = [],
        Gaps = [],
    };
}
