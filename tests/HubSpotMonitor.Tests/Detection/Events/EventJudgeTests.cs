using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class EventJudgeTests
{
    private const string App = "INTEGRATION:9393361";

    private static readonly DateTimeOffset Now = Samples.Noon;
    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    [Fact]
    public void What_is_told_late_for_two_past_days_does_not_raise_its_own_bar()
    {
        var taught = Judge(new EventProfile { Portal = 1, Source = App, Kind = ChangeKind.Deletion, FirstDay = Today.AddDays(-20), Peaks = [] },
            Deleted(-3, 400), Deleted(-2, 400));
        MassChange(taught).Condition.ShouldBe(Condition.Firing);
        // More of it, a minute later: what was learned counts for later days only.
        var profile = taught.Profiles.ShouldHaveSingleItem();
        profile.Peaks.Count.ShouldBe(2);
        MassChange(Judge(profile, Deleted(-2, 900))).Condition.ShouldBe(Condition.Firing);
        MassChange(Judge(profile, Deleted(0, 900))).Condition.ShouldNotBe(Condition.Firing);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void What_comes_later_than_HubSpot_ever_repeats_it_is_not_timely(int days, bool isTimely) =>
        EventJudge.IsTimely(Now.AddDays(-days), Now).ShouldBe(isTimely);

    [Fact]
    public void Pushes_that_stop_are_told_while_the_journal_goes_on()
    {
        var judgement = Judge(Checkpoint(isPushed: true), pulledAt: Now);
        Silence(judgement).Finding!.Summary.ShouldContain("The journal still tells them");
        var checkpoint = judgement.Checkpoint.ShouldNotBeNull();
        checkpoint.LastReceivedAt.ShouldBe(Now.AddHours(-3));
        Silence(Judge(checkpoint, pushedAt: Now)).Condition.ShouldBe(Condition.Clear);
    }

    [Fact]
    public void Until_a_push_is_known_of_the_journal_ends_a_silence_as_it_did()
    {
        var old = Judge(Checkpoint(isPushed: false), pulledAt: Now);
        Silence(old).Condition.ShouldBe(Condition.Clear);
        old.Checkpoint.ShouldNotBeNull()
            .ShouldSatisfyAllConditions(checkpoint => checkpoint.LastReceivedAt.ShouldBe(Now), checkpoint => checkpoint.IsPushed.ShouldBeFalse());
        Judge(Checkpoint(isPushed: false), pushedAt: Now).Checkpoint!.IsPushed.ShouldBeTrue();
    }

    [Fact]
    public void What_was_learned_of_both_ways_together_is_no_measure_of_pushes_alone()
    {
        var first = EventJudge
            .Judge(new(1, [], new HashSet<DateTimeOffset>(), [], Checkpoint(isPushed: false), Now, null, Now, IsJournalOn: true))
            .Checkpoint.ShouldNotBeNull();
        (first.FirstReceivedAt, first.Gaps.Count).ShouldBe((Now, 0));
        // A night without pushes, while the journal goes on: within the first week a day is the limit.
        var night = EventJudge.Judge(
            new(1, [], new HashSet<DateTimeOffset>(), [], first, null, Now.AddHours(10), Now.AddHours(10), IsJournalOn: true));
        Silence(night).Condition.ShouldBe(Condition.Clear);
    }

    [Fact]
    public void Who_has_only_the_journal_by_now_is_not_waited_for_for_ever()
    {
        var checkpoint = Checkpoint(isPushed: true) with { LastReceivedAt = Now.AddDays(-15) };
        var judgement = Judge(checkpoint, pulledAt: Now);
        (judgement.Checkpoint!.IsPushed, Silence(judgement).Condition).ShouldBe((false, Condition.Clear));
    }

    private static EventJudgement Judge(EventProfile profile, params EventCount[] counts) =>
        EventJudge.Judge(new(1, counts, counts.Select(count => count.Minute).ToHashSet(), [profile], null, Now, null, Now));

    private static EventJudgement Judge(EventCheckpoint checkpoint, DateTimeOffset? pushedAt = null, DateTimeOffset? pulledAt = null) =>
        EventJudge.Judge(new(1, [], new HashSet<DateTimeOffset>(), [], checkpoint, pushedAt, pulledAt, Now, IsJournalOn: pulledAt is not null));

    private static Assessment MassChange(EventJudgement judgement) =>
        judgement.Assessments.Single(assessment => assessment.Rule == MassChangeDetector.Rule);

    private static Assessment Silence(EventJudgement judgement) =>
        judgement.Assessments.Single(assessment => assessment.Rule == SilenceDetector.Rule);

    private static EventCount Deleted(int days, int count) => new(Now.AddDays(days).AddMinutes(-3), "contact.deletion", App, count);

    private static EventCheckpoint Checkpoint(bool isPushed) => new()
    {
        Portal = 1,
        FirstReceivedAt = Now.AddDays(-20),
        LastReceivedAt = Now.AddHours(-3),
        IsPushed = isPushed,
        Gaps = [new(Today.AddDays(-2), TimeSpan.FromHours(1))],
        Fired = [],
    };
}
