using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class PostureReportTests
{
    [Fact]
    public void A_rule_that_cannot_be_evaluated_is_neither_good_nor_bad()
    {
        var report = Report(RuleOutcome.Pass, RuleOutcome.Pass, RuleOutcome.Fail, RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable, RuleOutcome.NotEvaluable);
        (report.Passed, report.Evaluated).ShouldBe((2, 3));
    }

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
