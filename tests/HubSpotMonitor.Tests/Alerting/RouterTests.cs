using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Routing;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>Who gets what when, together with what, and why not.</summary>
public sealed class RouterTests
{
    private readonly AlertingOptions _options = new();
    private readonly PureBus _bus = new();
    private readonly PureMonitor _monitor;

    public RouterTests() => _monitor = new(Acme, _options, _bus, "email", "teams", "slack");

    [Theory]
    [InlineData(Severity.Critical, 0, false)]
    [InlineData(Severity.Critical, 30, true)]
    [InlineData(Severity.High, 29, false)]
    [InlineData(Severity.High, 30, true)]
    [InlineData(Severity.Medium, 30, false)]
    [InlineData(Severity.Medium, 3599, false)]
    [InlineData(Severity.Medium, 3600, true)]
    [InlineData(Severity.Low, 36_000, false)]
    [InlineData(Severity.Info, 36_000, false)]
    public void A_severity_says_when_it_is_told(Severity severity, int seconds, bool told)
    {
        _monitor.Fire("rule", severity, Noon);
        _monitor.Sweep(Noon.AddSeconds(seconds)).Count.ShouldBe(told ? 3 : 0);
        var decision = _monitor.Of("rule").Decisions[^1];
        var untold = severity < Severity.Medium ? Verdict.Mute : Verdict.Hold;
        decision.Verdict.ShouldBe(told ? Verdict.Send : untold);
        decision.Reason.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_is_found_within_the_wait_arrives_as_one_message_that_tells_the_story_in_order()
    {
        _monitor.Fire("token-viewed", Severity.High, Noon.AddSeconds(-9));
        _monitor.Fire("usage-spike", Severity.Critical, Noon);
        _monitor.Fire("new-country", Severity.Medium, Noon.AddSeconds(-3));
        _monitor.Sweep(Noon.AddSeconds(20)).ShouldBeEmpty();

        var message = _monitor.Sweep(Noon.AddSeconds(60)).Select(queued => queued.Message).Distinct().ShouldHaveSingleItem();
        message.Finding.Rule.ShouldBe("usage-spike");
        message.Story.Select(item => item.Rule).ShouldBe(["token-viewed", "new-country"]);
        _monitor.Of("new-country").Decisions[^1].Reason.ShouldBe("Told in the message of \"usage-spike\".");
    }

    [Fact]
    public void However_many_of_one_rule_another_rules_part_is_in_the_story()
    {
        for (var user = 0; user < 13; user++)
        {
            _monitor.Assess(Assessment.Firing(Finding(rule: "failed-logins") with
            {
                Subject = $"user-{user}",
                Headline = $"Failed logins of user {user}",
                Since = Noon.AddMinutes(user - 60),
            }), Noon.AddSeconds(user));
        }
        _monitor.Fire("usage-spike", Severity.Critical, Noon.AddSeconds(14));
        _monitor.Fire("admin-added", Severity.Medium, Noon.AddSeconds(15));

        var message = _monitor.Sweep(Noon.AddMinutes(1)).Select(queued => queued.Message).Distinct().ShouldHaveSingleItem();

        (message.Finding.Rule, message.Story.Count, message.HeldBack).ShouldBe(("usage-spike", 12, 2));
        message.Story.Select(item => item.Headline)
            .ShouldBe([.. Enumerable.Range(0, 11).Select(user => $"Failed logins of user {user}"), "admin-added"]);
        foreach (var longest in new[] { 1500, 100, 50 })
            AlertNotice.Of(message, longest).Story[^1].ShouldContain("Medium: admin-added");
        AlertNotice.Of(message, 50).Story[0].ShouldBe("(9 more on the page.)");
    }

    [Fact]
    public void What_would_wait_or_be_kept_for_the_digest_is_told_with_what_is_sent()
    {
        _monitor.Fire("first", Severity.High, Noon);
        _monitor.Fire("medium", Severity.Medium, Noon.AddSeconds(5));
        _monitor.Fire("low", Severity.Low, Noon.AddSeconds(6));
        _monitor.Fire("second", Severity.High, Noon.AddSeconds(20));
        var message = _monitor.Sweep(Noon.AddSeconds(31)).Select(queued => queued.Message).Distinct().ShouldHaveSingleItem();
        message.Finding.Rule.ShouldBe("first");
        message.Story.Select(item => item.Rule).ShouldBe(["medium", "low", "second"]);
        _monitor.Of("first").Decisions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            decision => decision.Reason.ShouldBe("High is told at once."),
            decision => decision.Cut.ShouldBeNull(),
            decision => decision.Channels.ShouldBe(["email", "teams", "slack"]));
        _monitor.Sweep(Noon.AddHours(1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_rise_before_the_beginning_was_told_is_told_as_the_beginning()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Fire("rule", Severity.Critical, Noon.AddSeconds(10));
        var message = _monitor.Sweep(Noon.AddMinutes(1)).Select(queued => queued.Message).Distinct().ShouldHaveSingleItem();
        (message.Transition, message.Severity, message.Story.Count).ShouldBe((Transition.Opened, Severity.Critical, 0));
        _monitor.Of("rule").Decisions[0].Reason.ShouldBe("Told in one message with what came after it.");
    }

    [Fact]
    public void What_one_alert_escalates_to_hears_of_it_whatever_else_is_open()
    {
        _options.Escalation.Add("slack");
        _monitor.Fire("other", Severity.High, Noon);
        _monitor.Fire("rule", Severity.Critical, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).Select(queued => queued.Channel).ShouldBe(["email", "teams"]);
        _monitor.Sweep(Noon.AddMinutes(16));
        _monitor.Fire("late", Severity.High, Noon.AddMinutes(16));
        _monitor.Sweep(Noon.AddMinutes(17)).Select(queued => queued.Channel).ShouldBe(["email", "teams", "slack"]);
    }

    [Fact]
    public void Where_there_is_no_channel_nothing_is_held_for_one()
    {
        var mute = new PureMonitor(Acme, _options, _bus);
        mute.Fire("rule", Severity.High, Noon);
        mute.Sweep(Noon.AddMinutes(1)).ShouldBeEmpty();
        mute.Of("rule").Decisions.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Send);
    }

    [Fact]
    public void What_goes_out_for_one_account_counts_towards_the_hour_of_the_next()
    {
        var before = _monitor.At(Noon) with { Traffic = new Dictionary<string, ChannelTraffic> { ["email"] = new(3) } };
        var message = Message("m");
        var after = before.After(
        [
            new(message, ["email", "teams"]),
            new(message with { Severity = Severity.Critical }, ["email"]),
            new(message with { Transition = Transition.Digest }, ["email", "slack"]),
        ]);
        (after.Traffic["email"], after.Traffic["teams"], after.Traffic["slack"]).ShouldBe((new(4), new(1), new(0)));
    }

    [Fact]
    public void What_is_not_urgent_waits_for_the_full_hour_and_is_told_together()
    {
        for (var i = 0; i < 5; i++) _monitor.Fire($"rule-{i}", Severity.Medium, Noon.AddMinutes(7 * i));
        for (var minute = 1; minute < 60; minute++) _monitor.Sweep(Noon.AddMinutes(minute)).ShouldBeEmpty();
        var told = _monitor.Sweep(Noon.AddMinutes(60));
        told.Select(queued => queued.Channel).ShouldBe(["email", "teams", "slack"]);
        told[0].Message.Story.Count.ShouldBe(4);
    }

    [Fact]
    public void What_is_not_urgent_and_over_within_the_hour_is_one_message()
    {
        _monitor.Fire("rule", Severity.Medium, Noon);
        _monitor.Clear("rule", Noon.AddMinutes(10));
        _monitor.Sweep(Noon.AddMinutes(11)).ShouldBeEmpty();
        _monitor.Sweep(Noon.AddMinutes(60)).Select(queued => queued.Message.Transition).Distinct().ShouldBe([Transition.Resolved]);
    }

    [Fact]
    public void An_urgent_one_that_is_over_at_once_is_told_twice()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Clear("rule", Noon.AddMinutes(2));
        _monitor.Sweep(Noon.AddMinutes(3))
            .Where(queued => queued.Channel == "email")
            .Select(queued => queued.Message.Transition)
            .ShouldBe([Transition.Opened, Transition.Resolved]);
        _monitor.Of("rule").Decisions.Select(decision => decision.Reason).ShouldBe(["High is told at once.", "You were told that it began."]);
    }

    [Fact]
    public void A_blind_monitor_says_nothing_about_silence_and_says_it_when_it_sees_again()
    {
        _monitor.Fire("usage-silence", Severity.Medium, Noon);
        _monitor.Assess(Assessment.Firing(Finding(Severity.Critical, BlindDetector.Rule) with { Subject = "usage" }), Noon);
        var message = _monitor.Sweep(Noon.AddMinutes(1)).Select(queued => queued.Message).Distinct().ShouldHaveSingleItem();
        message.Story.ShouldBeEmpty();
        _monitor.Of("usage-silence").Decisions[^1].ShouldSatisfyAllConditions(
            decision => decision.Verdict.ShouldBe(Verdict.Mute),
            decision => decision.Reason.ShouldContain("does not see this account"));

        _monitor.Assess(Assessment.Clear(BlindDetector.Rule, "usage"), Noon.AddMinutes(30));
        _monitor.Sweep(Noon.AddMinutes(31)).Select(queued => queued.Message.Transition).Distinct().ShouldBe([Transition.Resolved]);
        _monitor.Sweep(Noon.AddMinutes(61)).Select(queued => queued.Message.Finding.Rule).Distinct().ShouldBe(["usage-silence"]);
    }

    [Fact]
    public void The_muted_rule_is_one_that_the_detection_knows() => UsageFindings.SilenceRule.ShouldBe("usage-silence");

    [Fact]
    public void A_joined_critical_finding_mutes_its_parts()
    {
        _monitor.Fire("usage-spike", Severity.High, Noon);
        _monitor.Fire("token-viewed", Severity.High, Noon);
        _monitor.Fire("stolen-token", Severity.Critical, Noon, "usage-spike", "token-viewed");
        var told = _monitor.Sweep(Noon.AddMinutes(1));
        told.Select(queued => queued.Message.Finding.Rule).Distinct().ShouldBe(["stolen-token"]);
        _monitor.Of("usage-spike").Decisions.ShouldHaveSingleItem().Reason.ShouldBe("It is part of \"stolen-token\", which is told instead.");
        _monitor.Clear("usage-spike", Noon.AddMinutes(5));
        _monitor.Sweep(Noon.AddMinutes(10)).ShouldBeEmpty();
    }

    [Fact]
    public void The_end_is_told_through_a_silence_to_whoever_was_told_of_the_beginning()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).Count.ShouldBe(3);
        _monitor.Silences.Add(Quiet(Noon.AddHours(8)));
        _monitor.Sweep(Noon.AddHours(5)).ShouldBeEmpty();
        _monitor.Clear("rule", Noon.AddHours(6));
        _monitor.Sweep(Noon.AddHours(6.1)).Count.ShouldBe(3);
    }

    [Fact]
    public void What_a_silence_kept_back_and_is_still_open_is_told_when_it_ends()
    {
        _monitor.Silences.Add(Quiet(Noon.AddHours(2)));
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(90)).ShouldBeEmpty();
        _monitor.Of("rule").Decisions.ShouldHaveSingleItem().Reason.ShouldBe("Silenced by Ada until 24 Nov 2026 14:00 UTC: migration");
        _monitor.Sweep(Noon.AddHours(2));
        var told = _monitor.Sweep(Noon.AddHours(2.1));
        told.Count.ShouldBe(3);
        told[0].Message.Why!.ShouldContain("Silenced by Ada");
        told[0].Message.Transition.ShouldBe(Transition.Opened);
    }

    [Fact]
    public void What_came_back_during_a_silence_is_told_as_that_when_it_ends()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1));
        _monitor.Clear("rule", Noon.AddMinutes(5));
        _monitor.Sweep(Noon.AddMinutes(6));
        _monitor.Silences.Add(Quiet(Noon.AddHours(2)));
        _monitor.Fire("rule", Severity.High, Noon.AddMinutes(30));
        _monitor.Sweep(Noon.AddMinutes(31)).ShouldBeEmpty();
        _monitor.Sweep(Noon.AddHours(2));
        _monitor.Sweep(Noon.AddHours(2.1)).Select(queued => queued.Message.Transition).Distinct().ShouldBe([Transition.Reopened]);
    }

    [Fact]
    public void What_is_worse_than_a_silence_covers_is_told()
    {
        _monitor.Silences.Add(Quiet(Noon.AddHours(2)));
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).ShouldBeEmpty();
        _monitor.Fire("rule", Severity.Critical, Noon.AddMinutes(2));
        _monitor.Sweep(Noon.AddMinutes(3)).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("2026-11-24T01:00:00Z", true)] // two at night in Berlin
    [InlineData("2026-11-24T02:29:00Z", true)]
    [InlineData("2026-11-24T02:31:00Z", false)]
    [InlineData("2026-11-24T00:59:00Z", false)]
    public void A_maintenance_window_is_open_by_its_own_clock(string at, bool open)
    {
        var now = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        _monitor.Windows.Add(new()
        {
            Id = "w",
            Cron = "0 2 * * *",
            Duration = TimeSpan.FromMinutes(90),
            TimeZone = "Europe/Berlin",
            Author = "Ada",
            Reason = "nightly sync",
            From = now.AddDays(-9),
            Until = now.AddDays(9),
        });
        _monitor.Fire("rule", Severity.High, now);
        _monitor.Sweep(now.AddSeconds(30)).Count.ShouldBe(open ? 0 : 3);
        if (open) _monitor.Of("rule").Decisions[^1].Reason.ShouldStartWith("Maintenance window of Ada until 24 Nov 2026 02:30 UTC: nightly sync");
    }

    [Theory]
    [InlineData(4711, Severity.Critical, "email,teams")]
    [InlineData(4711, Severity.High, "email")]
    [InlineData(1, Severity.Critical, "teams")]
    [InlineData(1, Severity.High, "email,teams,slack")]
    public void Routes_name_the_channels_and_where_none_fits_all_hear_of_it(long portal, Severity severity, string channels)
    {
        var email = new RouteOptions { Portal = 4711 };
        email.Channels.Add("email");
        var teams = new RouteOptions { MinSeverity = Severity.Critical };
        teams.Channels.Add("teams");
        _options.Routes.Add(email);
        _options.Routes.Add(teams);
        Routes.Of(portal, severity, escalated: false, _monitor.At(Noon)).ShouldBe(channels.Split(','));
        Routes.Of(portal, severity, escalated: true, _monitor.At(Noon)).ShouldBe(["email", "teams", "slack"]);
    }

    [Fact]
    public void Of_an_outage_hears_whoever_hears_of_the_monitor_or_of_one_of_the_accounts()
    {
        foreach (var (portal, channel) in new[] { (Portal.Monitor.Id, "email"), (4711L, "teams") })
        {
            var route = new RouteOptions { Portal = portal };
            route.Channels.Add(channel);
            _options.Routes.Add(route);
        }
        Routes.OfOutage(Severity.Critical, escalated: false, _monitor.At(Noon) with { Portals = [4711] }).ShouldBe(["email", "teams"]);
        Routes.OfOutage(Severity.Critical, escalated: false, _monitor.At(Noon) with { Portals = [4711, 1] })
            .ShouldBe(["email", "teams", "slack"], "no route fits one of them");
    }

    [Fact]
    public void A_channel_that_had_enough_gets_the_rest_as_one_message_and_critical_ones_at_once()
    {
        _options.MessagesPerHour = 4;
        _options.GroupWait = TimeSpan.Zero;
        for (var i = 0; i < 30; i++)
        {
            _monitor.Fire($"rule-{i}", Severity.High, Noon.AddMinutes(i));
            _monitor.Sweep(Noon.AddMinutes(i));
        }
        _bus.Queued.Count(queued => queued.Channel == "email").ShouldBe(4);
        _monitor.Of("rule-29").Decisions[^1].Reason.ShouldBe("Not by email and teams and slack: 4 messages in the last hour are enough.");
        _monitor.Fire("worst", Severity.Critical, Noon.AddMinutes(30));
        _monitor.Sweep(Noon.AddMinutes(30)).Count(queued => queued.Message.Finding.Rule == "worst").ShouldBe(3);

        var rest = _bus.Queued[^1].Message;
        (rest.Story.Count + rest.HeldBack).ShouldBe(26);
    }

    [Fact]
    public void What_a_channel_missed_of_one_portal_is_told_also_when_it_brought_another_ones_message_since()
    {
        _options.MessagesPerHour = 2;
        _options.GroupWait = TimeSpan.Zero;
        for (var i = 0; i < 2; i++) _bus.Take("teams", Message($"of another portal {i}"), Noon);
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon).ShouldNotContain(queued => queued.Channel == "teams");
        _bus.Take("teams", Message("of another portal, later"), Noon.AddMinutes(65));
        _monitor.Fire("late", Severity.High, Noon.AddMinutes(70));
        _monitor.Sweep(Noon.AddMinutes(70)).Single(queued => queued.Channel == "teams").Message.HeldBack.ShouldBe(1);
    }

    [Fact]
    public void A_channel_that_is_full_hears_how_much_it_missed()
    {
        _options.MessagesPerHour = 2;
        _options.GroupWait = TimeSpan.Zero;
        for (var i = 0; i < 2; i++) _bus.Take("teams", Message($"of another portal {i}"), Noon);
        for (var i = 0; i < 2; i++)
        {
            _monitor.Fire($"rule-{i}", Severity.High, Noon.AddMinutes(i));
            _monitor.Sweep(Noon.AddMinutes(i));
        }
        _bus.Queued.Count(queued => queued is { Channel: "email", Message.HeldBack: 0 }).ShouldBe(2);
        _monitor.Of("rule-0").Decisions[^1].Cut.ShouldBe(["teams"]);
        _monitor.Of("rule-0").Decisions[^1].Reason.ShouldBe("High is told at once. Not by teams: 2 messages in the last hour are enough.");
        _monitor.Fire("late", Severity.High, Noon.AddMinutes(70));
        _monitor.Sweep(Noon.AddMinutes(70))
            .Select(queued => (queued.Channel, queued.Message.HeldBack))
            .ShouldBe([("email", 0), ("slack", 0), ("teams", 2)], ignoreOrder: true);
        _monitor.Fire("later", Severity.High, Noon.AddMinutes(71));
        _monitor.Sweep(Noon.AddMinutes(71)).Select(queued => queued.Message.HeldBack).Distinct().ShouldBe([0]);
    }

    [Fact]
    public void What_comes_back_before_its_end_was_told_says_nothing_and_stays_open()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).Count.ShouldBe(3);
        _monitor.Clear("rule", Noon.AddMinutes(5));
        _monitor.Fire("rule", Severity.High, Noon.AddMinutes(5).AddSeconds(10));
        for (var minute = 6; minute < 60; minute++) _monitor.Sweep(Noon.AddMinutes(minute)).ShouldBeEmpty();
        _monitor.Clear("rule", Noon.AddHours(1));
        _monitor.Sweep(Noon.AddHours(1.1)).Select(queued => queued.Message.Transition).Distinct().ShouldBe([Transition.Resolved]);
    }

    [Fact]
    public void An_end_that_is_told_with_another_takes_its_untold_beginning_with_it()
    {
        _monitor.Fire("urgent", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1));
        _monitor.Fire("medium", Severity.Medium, Noon.AddMinutes(2));
        _monitor.Sweep(Noon.AddMinutes(3)).ShouldBeEmpty();
        foreach (var rule in new[] { "urgent", "medium" }) _monitor.Clear(rule, Noon.AddMinutes(10));

        _monitor.Sweep(Noon.AddMinutes(11))
            .Select(queued => queued.Message)
            .Distinct()
            .ShouldHaveSingleItem().Story
            .ShouldHaveSingleItem().Rule
            .ShouldBe("medium");

        _monitor.Of("medium").Unpublished.ShouldBeEmpty();
        _monitor.Of("medium").Decisions[^1].Reason.ShouldBe("It was over before it was due to be told: its end is told instead.");
    }

    [Fact]
    public void What_was_over_before_it_was_told_is_told_when_the_channels_have_room_again()
    {
        _options.MessagesPerHour = 1;
        _monitor.Fire("medium", Severity.Medium, Noon);
        _monitor.Clear("medium", Noon.AddMinutes(10));
        foreach (var channel in new[] { "email", "teams", "slack" }) _bus.Take(channel, Message("of another portal"), Noon.AddMinutes(50));

        _monitor.Sweep(Noon.AddMinutes(60)).ShouldBeEmpty();
        _monitor.Sweep(Noon.AddMinutes(80)).ShouldBeEmpty();

        _monitor.Sweep(Noon.AddMinutes(111))
            .Select(queued => (queued.Channel, queued.Message.Transition))
            .ShouldBe([("email", Transition.Resolved), ("teams", Transition.Resolved), ("slack", Transition.Resolved)]);
        _monitor.Of("medium").Unpublished.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_full_channel_holds_is_noted_once_however_often_it_is_looked_at()
    {
        _options.MessagesPerHour = 1;
        _monitor.Fire("first", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).Count.ShouldBe(3);
        _monitor.Fire("due", Severity.High, Noon.AddMinutes(5));
        _monitor.Fire("new", Severity.High, Noon.AddMinutes(6));

        for (var look = 0; look < 3; look++) _monitor.Sweep(Noon.AddMinutes(6)).ShouldBeEmpty();

        foreach (var rule in new[] { "due", "new" })
            _monitor.Of(rule).Decisions.ShouldHaveSingleItem().Reason.ShouldContain("1 messages in the last hour are enough");
    }

    [Fact]
    public void A_reminder_of_what_was_taken_meanwhile_is_not_sent()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1));
        _monitor.Sweep(Noon.AddHours(4.1)).ShouldBeEmpty();
        _monitor.Act("rule", AlertAct.Acknowledge, Noon.AddHours(4.1));
        _monitor.Sweep(Noon.AddHours(4.2)).ShouldBeEmpty();
        _monitor.Of("rule").Decisions[^1].Reason.ShouldContain("taken meanwhile");
    }

    [Theory]
    [InlineData(AlertAct.Acknowledge)]
    [InlineData(AlertAct.SnoozeHour)]
    [InlineData(AlertAct.Resolve)]
    public void An_escalation_of_what_was_taken_meanwhile_is_not_sent_and_its_end_goes_to_those_who_know_of_it(AlertAct act)
    {
        _options.Escalation.Add("slack");
        _monitor.Fire("rule", Severity.Critical, Noon);
        _monitor.Sweep(Noon.AddMinutes(1)).Count.ShouldBe(2);
        _monitor.Sweep(Noon.AddMinutes(16)).ShouldBeEmpty();
        _monitor.Of("rule").Unpublished.ShouldHaveSingleItem().Transition.ShouldBe(Transition.Escalated);

        _monitor.Act("rule", act, Noon.AddMinutes(16).AddSeconds(10));
        _monitor.Sweep(Noon.AddMinutes(17));
        _monitor.Clear("rule", Noon.AddMinutes(18));
        _monitor.Sweep(Noon.AddMinutes(19));

        _bus.Queued.Skip(2)
            .Select(queued => (queued.Channel, queued.Message.Transition))
            .ShouldBe([("email", Transition.Resolved), ("teams", Transition.Resolved)]);
        _monitor.Of("rule").Decisions.ShouldContain(decision => decision.Transition == Transition.Escalated && decision.Verdict == Verdict.Mute);
        _monitor.Of("rule").EscalatedAt.ShouldBeNull();
    }

    [Fact]
    public void A_rise_is_told_also_when_somebody_takes_what_it_was_before_it_is_told()
    {
        _monitor.Fire("rule", Severity.High, Noon);
        _monitor.Sweep(Noon.AddMinutes(1));
        _monitor.Fire("rule", Severity.Critical, Noon.AddMinutes(2));
        _monitor.Act("rule", AlertAct.Acknowledge, Noon.AddMinutes(2).AddSeconds(10));
        _monitor.Sweep(Noon.AddMinutes(3)).Select(queued => queued.Message.Transition).Distinct().ShouldBe([Transition.Escalated]);
    }

    private static AlertMessage Message(string id) => Delivery.Messages.Opened() with { Id = id };

    private static Silence Quiet(DateTimeOffset until) =>
        new() { Id = "s", Portal = Acme.Id, Author = "Ada", Reason = "migration", From = Noon.AddHours(-1), Until = until };
}
