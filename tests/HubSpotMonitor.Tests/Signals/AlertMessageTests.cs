using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;

namespace HubSpotMonitor.Tests.Signals;

public sealed class AlertMessageTests
{
    [Theory]
    [InlineData(Transition.Opened, "[High] ")]
    [InlineData(Transition.Escalated, "[High] ")]
    [InlineData(Transition.Reminded, "[High, still open] ")]
    [InlineData(Transition.Reopened, "[High, came back] ")]
    [InlineData(Transition.Resolved, "[Resolved] ")]
    [InlineData(Transition.Digest, "[Digest] ")]
    public void The_title_begins_with_what_became_of_it(Transition transition, string beginning) =>
        (Messages.Opened() with { Transition = transition }).Title.ShouldStartWith(beginning);

    [Fact]
    public void The_title_names_the_share_of_the_limit_where_it_is_known()
    {
        var message = Messages.Opened();
        (message with { Finding = message.Finding with { LimitUse = "41 % of the daily limit" } }).Title
            .ShouldEndWith("(UTC+1), 41 % of the daily limit");
        (message with { Finding = message.Finding with { LimitUse = null } }).Title.ShouldEndWith("(UTC+1)");
    }

    [Fact]
    public void The_title_of_its_end_says_how_long_it_lasted()
    {
        Messages.Resolved().Title.ShouldBe("[Resolved] API calls 6.9x normal - Acme (123) - after 1 h 20 min");
        (Messages.Resolved() with { GoesOn = true }).Title.ShouldBe(
            "[Resolved, not over] API calls 6.9x normal - Acme (123) - usual from now on, after 1 h 35 min");
    }

    [Fact]
    public void It_is_a_test_where_somebody_asked_for_it()
    {
        (Messages.Opened() with { Finding = Samples.Finding(rule: AlertMessage.TestRule) }).IsTest.ShouldBeTrue();
        Messages.Opened().IsTest.ShouldBeFalse();
    }

    [Fact]
    public void It_survives_the_way_over_the_bus() =>
        Messages.Json(Messages.Read(Messages.Json(Messages.Opened()))).ShouldBe(Messages.Json(Messages.Opened()));

    [Fact]
    public void Its_chart_holds_the_latest_48_counts()
    {
        var chart = ChartPoint.LatestOf([.. Enumerable.Range(0, 60).Select(i => Samples.Count(Samples.Noon.AddMinutes(5 * i), i))]);
        chart.Select(point => point.Calls).ShouldBe(Enumerable.Range(12, 48).Select(i => (double)i));
    }
}
