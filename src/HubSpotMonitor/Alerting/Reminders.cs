using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting;

/// <summary>
/// What time alone makes of an incident: a snooze that ends, calm after flapping, an escalation, a reminder. Pure, and repeating it changes nothing.
/// </summary>
public static class Reminders
{
    /// <returns>The alert as it is from now on; the same one when nothing is due.</returns>
    public static Alert Next(Alert alert, AlertingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(options);
        if (alert.State != AlertState.Open) return alert;
        var context = AlertContext.Of(alert, options.DashboardUrl);
        if (alert is { IsFlapping: true, CalmSince: not null } && AlertPolicy.Calm(alert, context, now) is { } calm) return calm;
        if (alert.SnoozedUntil <= now) return Wake(alert, context, now);
        // What waits to be told is told first.
        if (alert.Stage != AlertStage.Open || !alert.IsToldOpen || alert.Unpublished.Count > 0 || alert.ToldAt is not { } told) return alert;
        // Also a reminder that a silence kept back counts: it is not made again every minute.
        var waited = now - (alert.RemindedAt > told ? alert.RemindedAt.Value : told);
        if (alert is { Severity: Severity.Critical, EscalatedAt: null } && waited >= options.EscalateAfter)
            return Escalate(alert, context, options, now);
        return waited >= options.RepeatInterval ? Remind(alert, context, now) : alert;
    }

    private static Alert Escalate(Alert alert, AlertContext context, AlertingOptions options, DateTimeOffset now)
    {
        var why = $"Nobody has acknowledged it within {Words.Duration(options.EscalateAfter)}.";
        var step = new AlertStep(now, "Escalated: nobody had acknowledged it");
        return Announcement.Add((alert with { EscalatedAt = now, RemindedAt = now }).With(step), Transition.Escalated, context, now, why);
    }

    private static Alert Remind(Alert alert, AlertContext context, DateTimeOffset now) =>
        Announcement.Add(
            alert with { RemindedAt = now },
            Transition.Reminded,
            context,
            now,
            $"Open for {Words.Duration(now - alert.OpenedAt)}, and nobody has taken it.");

    private static Alert Wake(Alert alert, AlertContext context, DateTimeOffset now)
    {
        // Whoever had taken it before has put it off since.
        var awake = (alert with { SnoozedUntil = null, AcknowledgedAt = null, RemindedAt = now }).With(new AlertStep(now, "The snooze ended"));
        return awake.Stage == AlertStage.Open && awake.IsToldOpen
            ? Announcement.Add(awake, Transition.Reminded, context, now, "The snooze is over, and it is still open.")
            : awake;
    }
}
