using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Routing;

/// <summary>
/// Decides which of the waiting messages of one portal go out now, to whom and together with what. Pure: the alerts come back with the
/// decisions noted, and with what goes out in their outboxes.
/// </summary>
public static class Router
{
    /// <summary>One transaction of the store, with room for those that change meanwhile.</summary>
    private const int LargestBatch = 90;

    private static readonly Kind[] Kinds = [Kind.Trouble, Kind.Reminder, Kind.Relief];

    private static readonly RoutingDecision WaitsForItsEnd = new(
        Verdict.Hold, "It was over before it was due to be told: it waits to be told with its end.");

    public static IReadOnlyList<Alert> Route(IReadOnlyList<Alert> alerts, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        ArgumentNullException.ThrowIfNull(situation);
        var decided = alerts.SelectMany(alert => Decide(alert, alerts, situation)).OrderBy(item => item.Message.At).ToList();
        // The worst that goes out now does not wait behind what is held.
        var first = decided
            .OrderByDescending(item => item.Decision.Verdict == Verdict.Send)
            .ThenByDescending(item => item.Message.Severity)
            .Take(LargestBatch)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var waiting = decided.Where(first.Contains).ToList();
        var board = new Board(alerts, situation);
        foreach (var kind in Kinds)
        {
            var same = waiting.Where(item => item.Kind == kind).ToList();
            if (same.Any(item => item.Decision.Verdict == Verdict.Send))
                board.Send([.. same.Where(item => item.Decision.Verdict == Verdict.Send || item.Decision.MayJoin)], kind);
        }
        board.Note(waiting);
        return board.Alerts;
    }

    /// <summary>Tells what a mute has swallowed and is still wrong when the mute has ended.</summary>
    /// <returns>The same alert when there is nothing of that kind.</returns>
    public static Alert Recall(Alert alert, IReadOnlyList<Alert> all, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(situation);
        if (alert is not { Stage: AlertStage.Open or AlertStage.Acknowledged, IsToldOpen: false, Unpublished.Count: 0, Severity: >= Severity.Medium }
            || Mutes.Of(alert, all, situation) is not null)
        {
            return alert;
        }
        var muted = alert.Decisions.LastOrDefault(decision => decision.Verdict == Verdict.Mute)?.Reason;
        var why = $"It was not told before{(muted is null ? "." : $" ({muted})")} That no longer holds, and it is still open.";
        var transition = alert.ToldAt is null ? Transition.Opened : Transition.Reopened;
        return Announcement.Add(alert, transition, AlertContext.Of(alert, situation.Options.DashboardUrl), situation.Now, why);
    }

    /// <summary>What becomes of each message that waits in an alert's row, if each were alone.</summary>
    internal static IReadOnlyList<Waiting> Decide(Alert alert, IReadOnlyList<Alert> all, Situation situation)
    {
        if (alert.Unpublished.Count == 0) return [];
        var trouble = alert.Unpublished
            .Where(message => KindOf(message.Transition) != Kind.Relief)
            .Select(message => new Waiting(message, OfTrouble(message, alert, all, situation)))
            .ToList();
        var end = alert.Unpublished.LastOrDefault(message => message.AlertId == alert.Id && message.Transition == Transition.Resolved);
        var heard = alert.IsToldOpen || trouble.Any(item => item.Decision.Verdict != Verdict.Mute);
        List<Waiting> relief =
        [
            .. alert.Unpublished
                .Where(message => KindOf(message.Transition) == Kind.Relief)
                .Select(message => new Waiting(message, OfRelief(message, alert, heard, situation))),
        ];
        // What is not urgent and over before it was told is one message, not two.
        if (end is { Severity: < Severity.High } && heard && alert.State == AlertState.Resolved)
        {
            trouble =
            [
                .. trouble.Select(item => item.Message.AlertId == alert.Id && item.Decision.Verdict != Verdict.Mute
                    ? item with { Decision = WaitsForItsEnd }
                    : item),
            ];
        }
        return [.. trouble, .. relief];
    }

    internal static bool IsToldOver(Alert alert) =>
        alert.State == AlertState.Resolved && alert.Unpublished.All(message => KindOf(message.Transition) != Kind.Relief);

    internal static Kind KindOf(Transition transition) => transition switch
    {
        Transition.Resolved => Kind.Relief,
        Transition.Reminded => Kind.Reminder,
        _ => Kind.Trouble,
    };

    private static RoutingDecision OfTrouble(AlertMessage message, Alert alert, IReadOnlyList<Alert> all, Situation situation)
    {
        // Left behind by a crash, of an incident before this one: told as it is.
        if (message.AlertId != alert.Id) return new(Verdict.Send, "It was left untold by an earlier run.");
        if (IsToldOver(alert)) return new(Verdict.Mute, "It is over, and that was told already.");
        if (message.Transition == Transition.Reminded && alert.Stage != AlertStage.Open)
            return new(Verdict.Mute, "It was taken meanwhile: no reminder is needed.");
        if (message.Transition != Transition.Escalated && alert.Stage is AlertStage.Snoozed or AlertStage.Expected)
            return new(Verdict.Mute, $"{WordOf(alert)}: only a rise of its severity, or another event, is told.");
        if (WasNeverToldOver(message, alert))
            return new(Verdict.Mute, "It came back before its end was told: to its readers it was open all the time.");
        if (Mutes.Of(alert, all, situation) is { } reason) return new(Verdict.Mute, reason);
        if (message.Severity < Severity.Medium) return new(Verdict.Mute, Routes.Meaning(message.Severity), MayJoin: true);
        return Timed(message, situation);
    }

    private static string WordOf(Alert alert) =>
        alert.Stage == AlertStage.Expected
            ? AlertActs.ExpectedStep
            : alert.History.LastOrDefault(step => step.By is not null)?.What ?? alert.Stage.ToString();

    private static RoutingDecision OfRelief(AlertMessage message, Alert alert, bool heard, Situation situation) =>
        (message.AlertId == alert.Id, alert.State, heard) switch
        {
            (true, AlertState.Open, _) => new(Verdict.Mute, "It came back before its end was told."),
            (true, _, false) => new(Verdict.Mute, "Nobody was told that it began, so nobody is told that it is over."),
            _ => Timed(message, situation),
        };

    private static bool WasNeverToldOver(AlertMessage message, Alert alert) =>
        message.Transition == Transition.Reopened
        && alert.IsToldOpen
        && alert.Unpublished.Any(end => end.AlertId == alert.Id
            && end.Transition == Transition.Resolved
            && end.Severity >= message.Severity
            && !AlertPolicy.IsNews(end.Finding, message.Finding));

    private static RoutingDecision Timed(AlertMessage message, Situation situation)
    {
        var wait = situation.Options.GroupWait;
        if (situation.Now < message.At + wait) return new(Verdict.Hold, $"It waits {wait.TotalSeconds:0} s for what belongs to it.", MayJoin: true);
        if (message.Severity < Severity.High && situation.Now < NextHour(message.At))
            return new(Verdict.Hold, Routes.Meaning(Severity.Medium), MayJoin: true);
        return new(Verdict.Send, message.Transition == Transition.Resolved ? "You were told that it began." : Routes.Meaning(message.Severity));
    }

    private static DateTimeOffset NextHour(DateTimeOffset at) => at.Floor(TimeSpan.FromHours(1)).AddHours(1);
}

/// <summary>What is told together: trouble with trouble, relief with relief.</summary>
internal enum Kind
{
    Trouble,
    Reminder,
    Relief,
}

/// <summary>A message that waits, and what would become of it alone.</summary>
internal sealed record Waiting(AlertMessage Message, RoutingDecision Decision)
{
    public Kind Kind => Router.KindOf(Message.Transition);
}
