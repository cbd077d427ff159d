using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Posture;

public sealed class VerdictsTests
{
    private static readonly IReadOnlyList<Alert> Open =
        [On("bulk-export", "exports"), On("bulk-export", "jane@acme.example"), On("guard-off", "exports")];

    [Fact]
    public void What_is_found_fires_and_what_is_found_no_more_is_over() =>
        Verdicts.Of([new("bulk-export", RuleOutcome.Fail, "", [Finding(rule: "bulk-export") with { Subject = "exports" }])], Open, [])
            .Select(one => (one.Rule, one.Subject, one.Condition))
            .ShouldBe([("bulk-export", "jane@acme.example", Condition.Clear), ("bulk-export", "exports", Condition.Firing)]);

    [Fact]
    public void A_rule_that_cannot_be_evaluated_changes_nothing() =>
        Verdicts.Of([new("bulk-export", RuleOutcome.NotEvaluable, "", [])], Open, []).ShouldBeEmpty();

    [Fact]
    public void What_a_rule_found_that_is_switched_off_is_over() =>
        Verdicts.Of([new("guard-off", RuleOutcome.NotEvaluable, "", [])], Open, ["guard-off"])
            .ShouldHaveSingleItem()
            .ShouldBe(Assessment.Clear("guard-off", "exports"));

    [Fact]
    public void Where_only_the_worst_are_told_one_that_is_not_is_over_when_it_is_put_right()
    {
        var worst = new RuleResult("bulk-export", RuleOutcome.Fail, "", [Finding(rule: "bulk-export") with { Subject = "0" }])
        {
            Untold = ["exports"],
        };
        Verdicts.Of([worst], Open, [])
            .Select(one => (one.Subject, one.Condition))
            .ShouldBe([("jane@acme.example", Condition.Clear), ("0", Condition.Firing)]);
    }

    private static Alert On(string rule, string subject) => Alert() with { Finding = Finding(rule: rule) with { Subject = subject } };
}
