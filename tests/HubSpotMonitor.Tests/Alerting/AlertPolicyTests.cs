using HubSpotMonitor.Alerting;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

public sealed class AlertPolicyTests
{
    private static readonly AlertContext Context = new(Acme, AccountClock.Find("Europe/Berlin")!, [], new("https://monitor.example.com/"));

    [Fact]
    public void A_first_firing_opens_an_alert_and_tells_it()
    {
        var alert = Next(null, Assessment.Firing(Finding()))!;
        alert.State.ShouldBe(AlertState.Open);
        var message = alert.Unpublished.ShouldHaveSingleItem();
        message.Id.ShouldBe("id-1");
        message.Transition.ShouldBe(Transition.Opened);
        message.Link.ShouldBe(new Uri("https://monitor.example.com/pages/alerts/id"));
        message.Title.ShouldBe("[High] API calls 6.2x normal - Acme (4711) - since 12:50 (UTC+1)");
    }

    [Fact]
    public void Firing_again_changes_the_row_and_tells_nobody()
    {
        var open = Open();
        var again = Next(open, Assessment.Firing(Finding() with { Seen = "3,000 calls" }), Noon.AddMinutes(5))!;
        again.Unpublished.ShouldBeEmpty();
        again.Finding.Seen.ShouldBe("3,000 calls");
        again.OpenedAt.ShouldBe(open.OpenedAt);
    }

    [Fact]
    public void A_higher_severity_is_told_once()
    {
        var risen = Next(Open(), Assessment.Firing(Finding(Severity.Critical)))!;
        risen.Unpublished.ShouldHaveSingleItem().Transition.ShouldBe(Transition.Escalated);
        Next(risen with { Unpublished = [] }, Assessment.Firing(Finding(Severity.Critical)))!.Unpublished.ShouldBeEmpty();
    }

    [Fact]
    public void A_lower_severity_is_not_told_and_the_worst_is_kept() =>
        Next(Open(Severity.Critical), Assessment.Firing(Finding(Severity.Medium)))!.Severity.ShouldBe(Severity.Critical);

    [Fact]
    public void Clear_resolves_and_says_how_long_it_lasted()
    {
        var resolved = Next(Open(), Assessment.Clear("usage-spike", Metric.Calls), Noon.AddMinutes(95))!;
        resolved.State.ShouldBe(AlertState.Resolved);
        resolved.Unpublished.ShouldHaveSingleItem().Title.ShouldBe("[Resolved] API calls 6.2x normal - Acme (4711) - after 1 h 35 min");
    }

    [Fact]
    public void Undecided_leaves_it_as_it_is() => Next(Open(), Assessment.Undecided("usage-spike", Metric.Calls)).ShouldBeNull();

    [Fact]
    public void Clear_without_an_alert_is_nothing() => Next(null, Assessment.Clear("usage-spike", Metric.Calls)).ShouldBeNull();

    [Fact]
    public void Firing_after_it_was_resolved_is_a_new_incident()
    {
        var resolved = Next(Open(), Assessment.Clear("usage-spike", Metric.Calls))!;
        AlertPolicy.Next(resolved with { Unpublished = [] }, Assessment.Firing(Finding()), "other", Context, Noon.AddHours(3))!.Id.ShouldBe("other");
    }

    [Fact]
    public void What_a_crash_left_unpublished_is_still_told_after_the_next_change()
    {
        var open = Next(null, Assessment.Firing(Finding()))!;
        var resolved = Next(open, Assessment.Clear("usage-spike", Metric.Calls))!;
        resolved.Unpublished.Select(message => message.Transition).ShouldBe([Transition.Opened, Transition.Resolved]);
        resolved.Unpublished.Select(message => message.Id).ShouldBe(["id-1", "id-2"]);
    }

    private static Alert Open(Severity severity = Severity.High) => Next(null, Assessment.Firing(Finding(severity)))! with { Unpublished = [] };

    private static Alert? Next(Alert? current, Assessment assessment, DateTimeOffset? now = null) => AlertPolicy.Next(current, assessment, "id", Context, now ?? Noon);
}
