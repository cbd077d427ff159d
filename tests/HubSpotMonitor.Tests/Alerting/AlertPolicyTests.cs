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

    // Taken at 625 an hour, over, back at 25: 625 is no more than what was taken.
    [Fact]
    public void Of_what_grows_the_size_that_was_reached_stays_known_also_when_it_was_over()
    {
        var (small, large) = (
            Finding() with { IsGrowth = true, NewestEvent = "+25/h" }, Finding() with { IsGrowth = true, NewestEvent = "+25/h|+625/h" });
        var taken = Next(null, Assessment.Firing(large))! with { ExpectedAt = Noon, Unpublished = [] };
        var back = Next(Resolved(taken), Assessment.Firing(small), Noon.AddMinutes(30))!;
        back.Finding.NewestEvent.ShouldBe(large.NewestEvent);
        Next(back with { Unpublished = [] }, Assessment.Firing(large), Noon.AddMinutes(35))!.Unpublished.ShouldBeEmpty();
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
    public void What_lasts_so_long_that_it_is_usual_is_resolved_and_not_said_to_be_over()
    {
        var usual = Assessment.Usual("usage-spike", Metric.Calls);
        foreach (var alert in new[] { Open(), Open() with { IsFlapping = true } })
        {
            var settled = Next(alert, usual, Noon.AddDays(4))!;
            (settled.State, settled.IsFlapping).ShouldBe((AlertState.Resolved, false));
            var message = settled.Unpublished.ShouldHaveSingleItem();
            (message.Transition, message.GoesOn).ShouldBe((Transition.Resolved, true));
            message.Title.ShouldBe("[Resolved, not over] API calls 6.2x normal - Acme (4711) - usual from now on, after 4 d");
            message.Why!.ShouldStartWith("Not over: it has lasted 4 d and counts as usual from now on.");
            settled.GoesOn.ShouldBeTrue();
            AlertPolicy.Next(settled, Assessment.Firing(settled.Finding), "again", Context, settled.ResolvedAt!.Value.AddMinutes(5))!.GoesOn
                .ShouldBeFalse();
            settled.History[^1].What.ShouldBe("Resolved, not over: it has lasted 4 d and counts as usual from now on");
        }
        Next(Next(Open(), usual)!, usual).ShouldBeNull();
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

    [Theory]
    [InlineData(-5, -10)]
    [InlineData(-30, -30)]
    public void It_began_when_it_was_first_seen_to_have_begun_whatever_later_findings_say(int said, int began)
    {
        var finding = Finding() with { Since = Noon.AddMinutes(said) };
        Next(Open(), Assessment.Firing(finding))!.Finding.Since.ShouldBe(Noon.AddMinutes(began));
        Next(Resolved(Open()), Assessment.Firing(finding))!.Finding.Since.ShouldBe(Noon.AddMinutes(began));
    }

    [Theory]
    [InlineData(60, "id")]
    [InlineData(61, "other")]
    public void What_comes_back_within_the_hour_goes_on_under_its_old_id(int minutes, string id) =>
        AlertPolicy.Next(Resolved(Open()), Assessment.Firing(Finding()), "other", Context, Noon.AddMinutes(minutes))!.Id.ShouldBe(id);

    [Fact]
    public void What_comes_back_is_as_if_nobody_had_taken_it()
    {
        var taken = Resolved(Open() with { AcknowledgedAt = Noon, EscalatedAt = Noon, UsedLinks = ["a link"] });
        var back = Next(taken, Assessment.Firing(Finding(Severity.Medium)), Noon.AddMinutes(30))!;
        (back.State, back.ResolvedAt, back.AcknowledgedAt, back.EscalatedAt, back.Severity)
            .ShouldBe((AlertState.Open, null, null, null, Severity.Medium));
        (back.OpenedBy, back.UsedLinks.Count, back.LastFiredAt, back.Unpublished[^1].Id).ShouldBe((3, 0, Noon.AddMinutes(30), "id-3"));
    }

    [Fact]
    public void A_rise_undoes_that_somebody_took_it() =>
        Next(Open() with { AcknowledgedAt = Noon }, Assessment.Firing(Finding(Severity.Critical)))!.Stage.ShouldBe(AlertStage.Open);

    [Theory]
    [InlineData(360, false)]
    [InlineData(359, true)]
    public void What_comes_back_more_than_three_times_in_six_hours_is_flapping(int minutesAgo, bool flaps)
    {
        var often = Resolved(Open()) with { Reopenings = [Noon.AddMinutes(-minutesAgo), Noon.AddHours(-2), Noon.AddHours(-1)] };
        var back = Next(often, Assessment.Firing(Finding()))!;
        back.IsFlapping.ShouldBe(flaps);
        back.Reopenings.Count.ShouldBe(flaps ? 4 : 3);
    }

    [Fact]
    public void What_flaps_is_over_after_an_hour_of_calm_and_every_firing_ends_the_calm()
    {
        var clear = Assessment.Clear("usage-spike", Metric.Calls);
        var calm = Next(Open() with { IsFlapping = true, Reopenings = [Noon] }, clear)!;
        (calm.State, calm.CalmSince, calm.Unpublished.Count).ShouldBe((AlertState.Open, Noon, 0));
        Next(calm, clear, Noon.AddMinutes(59)).ShouldBeNull();
        Next(calm, Assessment.Firing(Finding()), Noon.AddMinutes(30))!.CalmSince.ShouldBeNull();
        var over = Next(calm, clear, Noon.AddMinutes(60))!;
        (over.State, over.IsFlapping, over.CalmSince).ShouldBe((AlertState.Resolved, false, null));
        over.Unpublished.ShouldHaveSingleItem().Why!.ShouldContain("calm for 1 h");
    }

    [Fact]
    public void What_a_crash_left_of_the_incident_before_is_told_with_the_new_one()
    {
        var former = Next(Open(), Assessment.Clear("usage-spike", Metric.Calls))!;
        former = former with { Outbox = [new(former.Unpublished[0], ["email"])] };
        var next = AlertPolicy.Next(former, Assessment.Firing(Finding()), "other", Context, Noon.AddHours(3))!;
        next.Unpublished.Select(message => message.Id).ShouldBe(["id-2", "other-1"]);
        next.Outbox.ShouldBe(former.Outbox);
    }

    private static Alert Resolved(Alert alert) => Next(alert, Assessment.Clear("usage-spike", Metric.Calls))! with { Unpublished = [] };

    private static Alert Open(Severity severity = Severity.High) => Next(null, Assessment.Firing(Finding(severity)))! with { Unpublished = [] };

    private static Alert? Next(Alert? current, Assessment assessment, DateTimeOffset? now = null) =>
        AlertPolicy.Next(current, assessment, "id", Context, now ?? Noon);
}
