using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>An incident from its first firing to its end, minute by minute, without a store.</summary>
public sealed class IncidentLifeTests
{
    private const string Rule = "usage-spike";

    private readonly AlertingOptions _options = new() { GroupWait = TimeSpan.Zero };
    private readonly PureBus _bus = new();
    private readonly PureMonitor _monitor;
    private DateTimeOffset _now = Noon;

    public IncidentLifeTests() => _monitor = new(Acme, _options, _bus, "email", "teams");

    [Fact]
    public void What_comes_back_within_an_hour_goes_on_under_its_old_id_and_says_so()
    {
        Live(minutes: 10, Severity.High);
        var id = _monitor.Of(Rule).Id;
        Clear(minutes: 40);
        Live(minutes: 10, Severity.High);

        _monitor.Of(Rule).Id.ShouldBe(id);
        Told().ShouldBe([Transition.Opened, Transition.Resolved, Transition.Reopened]);
        _bus.Queued[^1].Message.Why!.ShouldStartWith("It came back 40 min after it was resolved.");
    }

    [Fact]
    public void What_comes_back_after_an_hour_is_a_new_incident()
    {
        Live(minutes: 10, Severity.High);
        var id = _monitor.Of(Rule).Id;
        Clear(minutes: 70);
        Live(minutes: 10, Severity.High);

        _monitor.Of(Rule).Id.ShouldNotBe(id);
        Told().ShouldBe([Transition.Opened, Transition.Resolved, Transition.Opened]);
    }

    [Fact]
    public void An_alert_that_comes_and_goes_is_held_open_until_it_was_calm_for_an_hour()
    {
        for (var i = 0; i < 12; i++)
        {
            Live(minutes: 5, Severity.High);
            Clear(minutes: 5);
        }
        Told().Count(transition => transition == Transition.Reopened).ShouldBe(AlertPolicy.MostReopenings + 1);
        _monitor.Of(Rule).State.ShouldBe(AlertState.Open);
        _bus.Queued[^1].Message.Why!.ShouldContain("held back until it has been calm for 1 h");

        Clear(minutes: 65);
        _monitor.Of(Rule).State.ShouldBe(AlertState.Resolved);
        Told()[^1].ShouldBe(Transition.Resolved);
    }

    [Fact]
    public void Nobody_is_reminded_before_the_repeat_interval_and_then_once_in_each()
    {
        Live(minutes: 239, Severity.High);
        Told().ShouldBe([Transition.Opened]);
        Live(minutes: 250, Severity.High);
        Told().ShouldBe([Transition.Opened, Transition.Reminded, Transition.Reminded]);
    }

    [Fact]
    public void Whoever_acknowledges_is_not_reminded_and_still_told_of_the_end()
    {
        Live(minutes: 5, Severity.High);
        Act(AlertAct.Acknowledge);
        Live(minutes: 600, Severity.High);
        Told().ShouldBe([Transition.Opened]);
        Clear(minutes: 2);
        Told().ShouldBe([Transition.Opened, Transition.Resolved]);
        _monitor.Of(Rule).History.ShouldContain(step => step.What == "Acknowledged" && step.By == "Ada" && step.Why == "looked");
    }

    [Fact]
    public void A_critical_alert_that_nobody_acknowledges_is_told_to_the_escalation_too_and_once_only()
    {
        _options.Escalation.Add("teams");
        Live(minutes: 14, Severity.Critical);
        _bus.Queued.Select(queued => queued.Channel).ShouldBe(["email"]);
        Live(minutes: 100, Severity.Critical);
        _bus.Queued.Select(queued => queued.Channel).ShouldBe(["email", "email", "teams"]);
        _bus.Queued[^1].Message.Transition.ShouldBe(Transition.Escalated);
        _bus.Queued[^1].Message.Why!.ShouldContain("Nobody has acknowledged it within 15 min");
    }

    [Fact]
    public void An_acknowledged_critical_alert_does_not_escalate()
    {
        Live(minutes: 10, Severity.Critical);
        Act(AlertAct.Acknowledge);
        Live(minutes: 100, Severity.Critical);
        Told().ShouldBe([Transition.Opened]);
    }

    [Fact]
    public void A_snooze_is_quiet_until_it_ends_and_then_says_that_it_is_still_open()
    {
        Live(minutes: 5, Severity.High);
        Act(AlertAct.SnoozeShift);
        Live(minutes: 479, Severity.High);
        Told().ShouldBe([Transition.Opened]);
        Live(minutes: 3, Severity.High);
        Told().ShouldBe([Transition.Opened, Transition.Reminded]);
        _bus.Queued[^1].Message.Why!.ShouldStartWith("The snooze is over");
    }

    [Fact]
    public void Of_several_words_the_last_one_holds()
    {
        Dictionary<AlertAct, AlertStage> words = new()
        {
            [AlertAct.Acknowledge] = AlertStage.Acknowledged,
            [AlertAct.SnoozeHour] = AlertStage.Snoozed,
            [AlertAct.Expected] = AlertStage.Expected,
        };
        Live(minutes: 5, Severity.High);
        foreach (var (before, after) in words.Keys.SelectMany(before => words.Keys.Select(after => (before, after))))
        {
            Act(before);
            Act(after);
            var alert = _monitor.Of(Rule);
            alert.Stage.ShouldBe(words[after], $"{before}, then {after}");
            (alert.AcknowledgedAt is not null, alert.SnoozedUntil is not null, alert.ExpectedAt is not null)
                .ShouldBe((after == AlertAct.Acknowledge, after == AlertAct.SnoozeHour, after == AlertAct.Expected), $"{before}, then {after}");
        }
    }

    [Theory]
    [InlineData(AlertAct.Acknowledge)]
    [InlineData(AlertAct.Expected)]
    public void Whoever_snoozes_what_was_taken_or_called_expected_before_is_woken(AlertAct before)
    {
        Live(minutes: 5, Severity.High);
        Act(before);
        Act(AlertAct.SnoozeHour);
        Live(minutes: 59, Severity.High);
        Told().ShouldBe([Transition.Opened]);
        Live(minutes: 3, Severity.High);
        Told().ShouldBe([Transition.Opened, Transition.Reminded]);
    }

    [Theory]
    [InlineData(AlertAct.Expected, AlertAct.Resolve)]
    [InlineData(AlertAct.Resolve, AlertAct.Expected)]
    public void What_is_called_expected_and_resolved_by_hand_in_either_order_comes_back_without_a_word(AlertAct first, AlertAct second)
    {
        Live(minutes: 5, Severity.High);
        foreach (var act in new[] { first, second })
        {
            Act(act);
            Sweep();
        }
        Live(minutes: 5, Severity.High);
        Told().ShouldBe([Transition.Opened, Transition.Resolved]);
        _monitor.Of(Rule).Stage.ShouldBe(AlertStage.Expected);
        _monitor.Of(Rule).Decisions[^1].Reason.ShouldStartWith("Marked as expected");
    }

    [Theory]
    [InlineData(AlertAct.SnoozeShift)]
    [InlineData(AlertAct.Expected)]
    [InlineData(AlertAct.Acknowledge)]
    public void A_rise_of_the_severity_is_told_whatever_somebody_said_before(AlertAct act)
    {
        Live(minutes: 5, Severity.High);
        Act(act);
        Live(minutes: 5, Severity.Critical);
        Told().ShouldBe([Transition.Opened, Transition.Escalated]);
    }

    [Theory]
    [InlineData(AlertAct.SnoozeShift)]
    [InlineData(AlertAct.Expected)]
    public void A_rise_is_told_and_escalates_also_when_it_was_clear_in_between(AlertAct act)
    {
        Live(minutes: 5, Severity.High);
        Act(act);
        Clear(minutes: 20);
        Live(minutes: 20, Severity.Critical);
        Told().ShouldBe([Transition.Opened, Transition.Resolved, Transition.Reopened, Transition.Escalated]);
        _monitor.Of(Rule).Stage.ShouldBe(AlertStage.Open);
    }

    [Theory]
    [InlineData("a|b", "b", false)] // one of them is past
    [InlineData("a", "a|b", true)]
    [InlineData("a", "b", true)]
    [InlineData("a", null, false)]
    [InlineData(null, "a", false)]
    public void What_was_not_among_those_known_is_news(string? known, string? newest, bool isNews) =>
        AlertPolicy.IsNews(Finding() with { NewestEvent = known }, Finding() with { NewestEvent = newest }).ShouldBe(isNews);

    [Theory]
    [InlineData(AlertAct.Acknowledge, "acknowledged")]
    [InlineData(AlertAct.SnoozeShift, "snoozed")]
    [InlineData(AlertAct.Expected, "marked as expected")]
    public void What_happens_again_after_somebody_took_it_is_told_an_hour_after_the_last_message(AlertAct act, string taken)
    {
        Happen(minutes: 5, "e1");
        Act(act);
        Happen(minutes: 55, "e2");
        Told().ShouldBe([Transition.Opened]);

        Happen(minutes: 1, "e2");

        Told().ShouldBe([Transition.Opened, Transition.Reopened]);
        _bus.Queued[^1].Message.Why.ShouldBe($"It happened again after it was {taken}: what was said then does not cover this.");
        _bus.Queued[^1].Message.Title.ShouldStartWith("[High, came back]");
        _monitor.Of(Rule).Stage.ShouldBe(AlertStage.Open);
        _monitor.Of(Rule).History[^1].What.ShouldBe($"Happened again after it was {taken}");
        // Links of the message before are of what was before.
        (_monitor.Of(Rule).OpenedBy, _monitor.Of(Rule).UsedLinks.Count, _monitor.Of(Rule).EscalatedAt)
            .ShouldBe((_monitor.Of(Rule).Transitions, 0, null));
    }

    [Fact]
    public void What_happens_again_and_again_is_told_once_an_hour_if_it_is_taken_each_time_and_once_if_not()
    {
        Happen(minutes: 1, "e1");
        for (var number = 2; number < 180; number++)
        {
            Act(AlertAct.Acknowledge);
            Happen(minutes: 1, $"e{number}");
        }
        Told().ShouldBe([Transition.Opened, Transition.Reopened, Transition.Reopened]);

        for (var number = 180; number < 300; number++) Happen(minutes: 1, $"e{number}");
        Told().ShouldBe([Transition.Opened, Transition.Reopened, Transition.Reopened, Transition.Reopened]);
    }

    [Theory]
    [InlineData(AlertAct.Acknowledge)]
    [InlineData(AlertAct.Expected)]
    public void The_same_event_is_no_news_to_who_took_it(AlertAct act)
    {
        Happen(minutes: 5, "e1");
        Act(act);
        Happen(minutes: 600, "e1");
        Told().ShouldBe([Transition.Opened]);
    }

    [Fact]
    public void Another_event_after_the_end_of_what_was_expected_is_told()
    {
        Happen(minutes: 5, "e1");
        Act(AlertAct.Expected);
        Clear(minutes: 20);
        Happen(minutes: 5, "e2");
        Told().ShouldBe([Transition.Opened, Transition.Resolved, Transition.Reopened]);
        _monitor.Of(Rule).Stage.ShouldBe(AlertStage.Open);
    }

    [Fact]
    public void Another_event_is_told_also_when_the_end_before_it_was_not()
    {
        _options.GroupWait = TimeSpan.FromMinutes(5);
        Happen(minutes: 10, "e1");
        Act(AlertAct.Expected);
        Clear(minutes: 2);
        Happen(minutes: 10, "e2");
        Told().ShouldBe([Transition.Opened, Transition.Reopened]);
    }

    [Fact]
    public void What_is_expected_comes_and_goes_without_a_word()
    {
        Live(minutes: 5, Severity.High);
        Act(AlertAct.Expected);
        Clear(minutes: 20);
        Live(minutes: 600, Severity.High);
        Told().ShouldBe([Transition.Opened, Transition.Resolved]);
        _monitor.Of(Rule).Decisions[^1].Reason.ShouldStartWith("Marked as expected");
    }

    [Fact]
    public void What_is_resolved_by_hand_and_goes_on_firing_opens_again()
    {
        Live(minutes: 5, Severity.High);
        Act(AlertAct.Resolve);
        Sweep();
        Told().ShouldBe([Transition.Opened, Transition.Resolved]);
        _bus.Queued[^1].Message.Why!.ShouldStartWith("Resolved by Ada: looked");
        Live(minutes: 5, Severity.High);
        Told()[^1].ShouldBe(Transition.Reopened);
    }

    [Fact]
    public void Nothing_can_be_done_with_what_is_over_but_to_say_that_it_was_expected()
    {
        Live(minutes: 5, Severity.High);
        Clear(minutes: 2);
        var over = _monitor.Of(Rule);
        var context = AlertContext.Of(over, new("https://monitor.example.com/"));
        foreach (var act in Enum.GetValues<AlertAct>())
            (AlertActs.Next(over, new(act, "Ada", null, _now.AddHours(2)), context, _now) is not null).ShouldBe(act == AlertAct.Expected);
    }

    [Theory]
    [InlineData("", null, "Say who you are")]
    [InlineData("A\nB", null, "no line breaks")]
    [InlineData("Ada", null, "Until when?")]
    [InlineData("Ada", -1, "over already")]
    [InlineData("Ada", 24 * 31, "at most 30 days")]
    public void A_wish_that_cannot_be_is_refused_with_a_sentence(string by, int? hours, string sentence) =>
        new ActRequest(AlertAct.SnoozeUntil, by, null, hours is { } until ? Noon.AddHours(until) : null).Wrong(Noon)
            .ShouldContain(wrong => wrong.Contains(sentence));

    private List<Transition> Told() => [.. _bus.Queued.Where(queued => queued.Channel == "email").Select(queued => queued.Message.Transition)];

    private void Act(AlertAct act) => _monitor.Act(Rule, act, _now);

    private void Live(int minutes, Severity severity) => Each(minutes, () => _monitor.Fire(Rule, severity, _now));

    private void Happen(int minutes, string newest) => Each(minutes, () => _monitor.FireOf(newest, Rule, Severity.High, _now));

    private void Clear(int minutes) => Each(minutes, () => _monitor.Clear(Rule, _now));

    private void Sweep() => Each(1, () => { });

    private void Each(int minutes, Action act)
    {
        for (var i = 0; i < minutes; i++, _now = _now.AddMinutes(1))
        {
            act();
            _monitor.Sweep(_now);
        }
    }
}
