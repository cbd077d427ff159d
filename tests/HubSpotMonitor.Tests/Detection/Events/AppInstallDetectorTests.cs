using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class AppInstallDetectorTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;
    private static readonly EventCount Install = new(Now.AddMinutes(-3), LifecycleEvent.Installed, "INTEGRATION:777", 1);
    private static readonly EventCount Uninstall = new(Now.AddMinutes(2), LifecycleEvent.Uninstalled, "INTEGRATION:777", 1);

    [Fact]
    public void An_installation_is_told_once_and_over_after_a_day()
    {
        var first = Assess([], [Install], Now);
        var finding = first.Assessments.ShouldHaveSingleItem().Finding!;
        (finding.Severity, finding.Subject, finding.Headline, finding.Since)
            .ShouldBe((Severity.Medium, "INTEGRATION:777", "App 777 was installed", Install.Minute));
        (finding.Steps.Count, finding.Evidence.Count).ShouldBe((3, 1));

        // The same minute changes again: the installation is no new one.
        var second = Assess(first.Installed, [Install], Now.AddMinutes(1));
        second.Assessments.ShouldHaveSingleItem().Condition.ShouldBe(Condition.Undecided);
        var dayAfter = Assess(second.Installed, [], Now.AddDays(1));
        dayAfter.Assessments.ShouldHaveSingleItem().Condition.ShouldBe(Condition.Clear);
        var late = Assess(dayAfter.Installed, [Install], Now.AddDays(2));
        late.Assessments.ShouldBeEmpty();
        Assess(late.Installed, [], Now.AddDays(5)).Installed.ShouldBeEmpty();
    }

    [Fact]
    public void Uninstalling_resolves_it_and_installing_again_is_told_again()
    {
        var first = Assess([], [Install], Now);
        var gone = Assess(first.Installed, [Uninstall], Now.AddMinutes(3));
        gone.Assessments.ShouldHaveSingleItem().Condition.ShouldBe(Condition.Clear);
        Assess(gone.Installed, [Install with { Minute = Now.AddMinutes(9) }], Now.AddMinutes(10))
            .Assessments.ShouldHaveSingleItem().Condition.ShouldBe(Condition.Firing);
    }

    [Fact]
    public void One_that_came_and_went_between_two_runs_is_told_and_then_resolved()
    {
        var first = Assess([], [Install, Uninstall], Now.AddDays(2));
        first.Assessments.ShouldHaveSingleItem().Finding!.Headline.ShouldBe("App 777 was installed and uninstalled again");
        Assess(first.Installed, [], Now.AddDays(2).AddMinutes(1)).Assessments.ShouldHaveSingleItem().Condition.ShouldBe(Condition.Clear);
    }

    [Fact]
    public void Other_events_and_minutes_that_did_not_change_are_nothing()
    {
        Assess([], [Install with { Type = "contact.deletion" }, Uninstall], Now).Assessments.ShouldBeEmpty();
        AppInstallDetector.Assess([], [Install], new HashSet<DateTimeOffset>(), Now).Assessments.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, Condition.Clear)]
    [InlineData(1, Condition.Undecided)]
    [InlineData(2, Condition.Firing)]
    public void The_journal_is_called_blind_after_two_failures(int failures, Condition condition)
    {
        var checkpoint = JournalCheckpoint.Good(null, null, isAll: true, isForgotten: false, Now);
        for (var failure = 0; failure < failures; failure++)
            checkpoint = JournalCheckpoint.Failed(checkpoint, null, PollOutcome.DeadToken, "HubSpot refuses.", Now.AddMinutes(5 + failure));
        var assessment = JournalDetector.Assess(checkpoint)[0];
        (assessment.Rule, assessment.Subject, assessment.Condition).ShouldBe((BlindDetector.Rule, "journal", condition));
        if (failures == 2) (assessment.Finding!.Since, assessment.Finding.Steps.Count).ShouldBe((Now.AddMinutes(5), 3));
    }

    [Theory]
    [InlineData(61, Condition.Clear)]
    [InlineData(62, Condition.Firing)]
    public void The_journal_that_is_written_faster_than_it_is_read_is_told_after_an_hour(int minutes, Condition condition)
    {
        var checkpoint = JournalCheckpoint.Good(null, "a", isAll: true, isForgotten: false, Now);
        for (var minute = 1; minute <= minutes; minute++)
            checkpoint = JournalCheckpoint.Good(checkpoint, "b", isAll: false, isForgotten: false, Now.AddMinutes(minute));
        (checkpoint.IsBehind, JournalDetector.Assess(checkpoint)[0].Condition).ShouldBe((true, condition));
        JournalDetector.Assess(JournalCheckpoint.Good(checkpoint, "c", isAll: true, isForgotten: false, Now.AddHours(2)))
            .ShouldAllBe(assessment => assessment.Condition == Condition.Clear);
    }

    [Fact]
    public void A_stop_of_days_is_caught_up_with_and_no_lag()
    {
        var checkpoint = JournalCheckpoint.Good(null, "a", isAll: true, isForgotten: false, Now);
        var back = JournalCheckpoint.Good(checkpoint, "b", isAll: false, isForgotten: false, Now.AddDays(2));
        JournalDetector.Assess(back).ShouldAllBe(assessment => assessment.Condition == Condition.Clear);
    }

    private static InstallJudgement Assess(IReadOnlyList<InstalledApp> known, IReadOnlyList<EventCount> counts, DateTimeOffset now) =>
        AppInstallDetector.Assess(known, counts, counts.Select(count => count.Minute).ToHashSet(), now);
}
