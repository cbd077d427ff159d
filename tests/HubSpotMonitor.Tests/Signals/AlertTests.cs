using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class AlertTests
{
    [Fact]
    public void What_somebody_said_last_of_all_decides_the_stage()
    {
        var alert = Alert();
        alert.Stage.ShouldBe(AlertStage.Open);
        alert = alert with { AcknowledgedAt = Noon };
        alert.Stage.ShouldBe(AlertStage.Acknowledged);
        alert = alert with { SnoozedUntil = Noon.AddHours(1) };
        alert.Stage.ShouldBe(AlertStage.Snoozed);
        alert = alert with { ExpectedAt = Noon };
        alert.Stage.ShouldBe(AlertStage.Expected);
        (alert with { State = AlertState.Resolved }).Stage.ShouldBe(AlertStage.Resolved);
    }

    [Fact]
    public void The_latest_twenty_steps_and_decisions_are_kept()
    {
        var alert = Enumerable.Range(1, 25)
            .Aggregate(Alert(), (before, i) => before.With(new AlertStep(Noon, $"step {i}")).With(Decision($"m{i}", Verdict.Send, "told")));
        alert.History.Select(step => step.What).ShouldBe(Enumerable.Range(6, 20).Select(i => $"step {i}"));
        alert.Decisions.Select(decision => decision.MessageId).ShouldBe(Enumerable.Range(6, 20).Select(i => $"m{i}"));
    }

    [Fact]
    public void What_comes_and_goes_by_itself_does_not_push_out_who_did_what()
    {
        var alert = Enumerable.Range(1, 60)
            .Aggregate(Alert(), (before, i) => before.With(new AlertStep(Noon, $"Resolved {i}", "Ada")).With(new AlertStep(Noon, "Came back")));

        alert.History.Where(step => step.By is not null).Select(step => step.What).ShouldBe(Enumerable.Range(11, 50).Select(i => $"Resolved {i}"));
        alert.History.Count(step => step.By is null).ShouldBe(20);
        alert.History[^2].What.ShouldBe("Resolved 60");
    }

    [Fact]
    public void A_decision_that_is_made_again_is_noted_once_and_every_other_is_noted()
    {
        var held = Alert().With(Decision("m1", Verdict.Hold, "wait"));
        held.With(Decision("m1", Verdict.Hold, "wait")).ShouldBeSameAs(held);
        held.With(Decision("m2", Verdict.Hold, "wait")).Decisions.Count.ShouldBe(2);
        held.With(Decision("m1", Verdict.Send, "wait")).Decisions.Count.ShouldBe(2);
        held.With(Decision("m1", Verdict.Hold, "too many")).Decisions.Count.ShouldBe(2);
        held.With(Decision("m1", Verdict.Send, "now")).With(Decision("m1", Verdict.Hold, "wait")).Decisions.Count.ShouldBe(3);
    }

    private static AlertDecision Decision(string message, Verdict verdict, string reason) =>
        new(Noon, message, Transition.Opened, verdict, [], reason);
}
