using HubSpotMonitor.Alerting;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>What time alone makes of an alert that was told at noon.</summary>
public sealed class RemindersTests
{
    private static readonly Alert Told = Alert() with { ToldAt = Noon, IsToldOpen = true };

    [Theory]
    [InlineData(239, false)]
    [InlineData(240, true)]
    public void After_the_repeat_interval_it_is_told_again(int minutes, bool reminded) => IsReminded(Told, minutes).ShouldBe(reminded);

    [Theory]
    [InlineData(120, 359, false)] // counted from the reminder that came after it was told
    [InlineData(120, 360, true)]
    [InlineData(-120, 239, false)] // one of an earlier time does not count
    public void The_interval_begins_anew_with_each_reminder(int remindedAfter, int minutes, bool reminded) =>
        IsReminded(Told with { RemindedAt = Noon.AddMinutes(remindedAfter) }, minutes).ShouldBe(reminded);

    [Theory]
    [InlineData(Severity.Critical, 14, false)]
    [InlineData(Severity.Critical, 15, true)]
    [InlineData(Severity.High, 15, false)]
    public void A_critical_one_escalates_after_a_quarter_of_an_hour(Severity severity, int minutes, bool escalated)
    {
        var next = Next(Told with { Severity = severity }, minutes);
        (next.EscalatedAt is not null).ShouldBe(escalated);
        next.Unpublished.Select(message => message.Transition).ShouldBe(escalated ? [Transition.Escalated] : []);
    }

    [Fact]
    public void What_nobody_was_told_of_what_was_taken_and_what_waits_is_not_told_again()
    {
        IsReminded(Told with { IsToldOpen = false }, 600).ShouldBeFalse();
        IsReminded(Told with { AcknowledgedAt = Noon }, 600).ShouldBeFalse();
        IsReminded(Told with { ToldAt = null }, 600).ShouldBeFalse();
        var waiting = Next(Told, 600);
        Next(waiting, 1200).ShouldBeSameAs(waiting);
        IsReminded(Told with { State = AlertState.Resolved }, 600).ShouldBeFalse();
    }

    [Fact]
    public void A_snooze_ends_at_its_end_and_says_so_to_those_who_were_told()
    {
        var snoozed = Told with { SnoozedUntil = Noon.AddMinutes(60) };
        Next(snoozed, 59).ShouldBeSameAs(snoozed);
        Next(snoozed, 60).ShouldSatisfyAllConditions(
            awake => awake.SnoozedUntil.ShouldBeNull(), awake => awake.Unpublished.ShouldHaveSingleItem().Transition.ShouldBe(Transition.Reminded));
        Next(snoozed with { IsToldOpen = false }, 60).Unpublished.ShouldBeEmpty();
        // Whoever took it and put it off then wants to be woken.
        Next(snoozed with { AcknowledgedAt = Noon }, 60).ShouldSatisfyAllConditions(
            awake => awake.Stage.ShouldBe(AlertStage.Open),
            awake => awake.Unpublished.ShouldHaveSingleItem().Transition.ShouldBe(Transition.Reminded));
        Next(snoozed with { ExpectedAt = Noon }, 60).Unpublished.ShouldBeEmpty();
    }

    [Fact]
    public void What_flapped_is_over_after_an_hour_of_calm_without_a_further_word_of_its_rule()
    {
        var calm = Told with { IsFlapping = true, CalmSince = Noon, Reopenings = [Noon] };
        Next(calm, 59).ShouldBeSameAs(calm);
        Next(calm, 60).State.ShouldBe(AlertState.Resolved);
        Next(calm with { IsFlapping = false }, 60).State.ShouldBe(AlertState.Open);
    }

    private static bool IsReminded(Alert alert, int minutes) =>
        Next(alert, minutes).Unpublished.Any(message => message.Transition == Transition.Reminded);

    private static Alert Next(Alert alert, int minutes) => Reminders.Next(alert, new(), Noon.AddMinutes(minutes));
}
