using System.Text.Json;
using CsCheck;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>Whatever happens in whatever order: what must hold of what people are told.</summary>
public sealed class AlertLifePropertyTests
{
    private static readonly string[] Rules = ["usage-spike", "usage-silence", "monitor-blind", "token-viewed"];

    private static readonly Gen<Step> Steps = Gen
        .Select(Gen.Enum<What>(), Gen.Int[0, Rules.Length - 1], Gen.Enum<Severity>(), Gen.Int[0, 100], Gen.Enum<Crash>(), Gen.Enum<AlertAct>())
        .Select((what, rule, severity, minutes, crash, act) => new Step(what, Rules[rule], severity, minutes, crash, act));

    [Fact]
    public void No_transition_is_told_twice() => Sample(run =>
        run.Monitor.Made.GroupBy(parcel => parcel.Message.Id)
            .All(same => same.SelectMany(parcel => parcel.Channels).Distinct().Count() == same.Sum(parcel => parcel.Channels.Count))
        && run.Sent.GroupBy(sent => sent.Decision.MessageId).All(same => same.Count() == 1));

    [Fact]
    public void Whoever_was_told_of_a_beginning_is_told_of_the_end() => Sample(run =>
        run.Sent.GroupBy(sent => sent.Decision.MessageId[..sent.Decision.MessageId.LastIndexOf('-')])
            .All(alert => alert.Last().Decision.Transition == Transition.Resolved)
        && run.Monitor.Current.All(alert => !alert.IsToldOpen));

    [Fact]
    public void Nothing_is_told_during_a_snooze_but_a_rise_of_the_severity() => Sample(run =>
        run.Sent.All(sent => sent.Before.Stage is not (AlertStage.Snoozed or AlertStage.Expected)
            || sent.Before.SnoozedUntil <= sent.Decision.At
            || sent.Decision.Transition is Transition.Escalated or Transition.Resolved
            || IsPartOfARise(run, sent.Decision)));

    [Fact]
    public void Every_decision_has_a_reason() => Sample(run => run.Monitor.Decided.All(decided => decided.Decision.Reason.Length > 10));

    [Fact]
    public void Nothing_waits_for_ever() => Sample(run =>
        run.Monitor.Current.All(alert => alert.Unpublished.Count == 0 && alert.Outbox.Count == 0 && alert.State == AlertState.Resolved));

    [Fact]
    public void What_is_made_reaches_the_bus() => Sample(run =>
        run.Monitor.Made.All(parcel => parcel.Channels.All(
            channel => run.Bus.Queued.Count(queued => queued.Channel == channel && queued.Message.Id == parcel.Message.Id) == 1)));

    [Fact]
    public void A_run_repeated_at_the_same_instant_changes_nothing() =>
        Sample(run => run.RepeatsChange is null ? true : throw new InvalidOperationException(run.RepeatsChange));

    // Told in one message with the rise that came after it.
    private static bool IsPartOfARise(Run run, AlertDecision decision) =>
        run.Sent.Any(sent => sent.Decision.At == decision.At && sent.Decision.Transition == Transition.Escalated);

    private static void Sample(Func<Run, bool> holds) => Steps.List[1, 40].Sample(steps => holds(Play(steps)), iter: 400);

    private static Run Play(List<Step> steps)
    {
        var bus = new PureBus();
        var monitor = new PureMonitor(Samples.Acme, new() { MessagesPerHour = 3 }, bus, "email", "teams");
        var (now, change) = (Samples.Noon, (string?)null);
        foreach (var step in steps)
        {
            now = now.AddMinutes(step.Minutes);
            Do(monitor, step, now);
            monitor.Sweep(now, step.Crash);
            if (step.Crash != Crash.None) continue;
            var before = JsonSerializer.Serialize(monitor.Current);
            monitor.Sweep(now);
            if (JsonSerializer.Serialize(monitor.Current) is var after && after != before) change ??= $"Before: {before} After: {after}";
        }
        // All is well again, and time goes by.
        monitor.Silences.Clear();
        for (var minute = 0; minute < 5 * 60; minute += 5)
        {
            foreach (var rule in Rules) monitor.Clear(rule, now.AddMinutes(minute));
            monitor.Sweep(now.AddMinutes(minute));
        }
        return new(monitor, bus, change);
    }

    private static void Do(PureMonitor monitor, Step step, DateTimeOffset now)
    {
        switch (step.What)
        {
            case What.Fire:
                monitor.Fire(step.Rule, step.Severity, now);
                break;
            case What.Happen:
                monitor.FireOf($"e{now.UtcTicks}", step.Rule, step.Severity, now);
                break;
            case What.Join:
                monitor.Fire(step.Rule, Severity.Critical, now, "token-viewed", "usage-spike");
                break;
            case What.Clear:
                monitor.Clear(step.Rule, now);
                break;
            case What.Act:
                monitor.Act(step.Rule, step.Act, now, now.AddMinutes(step.Minutes + 1));
                break;
            case What.Silence:
                monitor.Silences.Add(new()
                {
                    Id = "s",
                    Rule = step.Rule,
                    UpTo = step.Severity,
                    Author = "Ada",
                    Reason = "why not",
                    From = now,
                    Until = now.AddMinutes(step.Minutes + 1),
                });
                break;
            default:
                break; // time goes by
        }
    }

    private enum What
    {
        Wait,
        Fire,
        Happen,
        Join,
        Clear,
        Act,
        Silence,
    }

    private sealed record Step(What What, string Rule, Severity Severity, int Minutes, Crash Crash, AlertAct Act);

    private sealed record Run(PureMonitor Monitor, PureBus Bus, string? RepeatsChange)
    {
        public IEnumerable<(Alert Before, AlertDecision Decision)> Sent => Monitor.Decided.Where(decided => decided.Decision.Verdict == Verdict.Send);
    }
}
