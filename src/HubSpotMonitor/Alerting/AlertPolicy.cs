using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting;

/// <summary>What a message says beside the finding.</summary>
/// <param name="Portal">The account.</param>
/// <param name="Clock">The account's clock.</param>
/// <param name="Chart">The counts of the last hours.</param>
/// <param name="DashboardUrl">Where links lead.</param>
public sealed record AlertContext(Portal Portal, AccountClock Clock, IReadOnlyList<ChartPoint> Chart, Uri DashboardUrl);

/// <summary>Decides what becomes of an alert. Pure: the same values give the same alert and the same messages.</summary>
public static class AlertPolicy
{
    /// <param name="current">The present incident of this rule and subject, open or resolved; null when there never was one.</param>
    /// <param name="assessment">What the rule says now.</param>
    /// <param name="id">The id of a new incident, should one open.</param>
    /// <param name="context">What messages say beside the finding.</param>
    /// <param name="now">The time of this run.</param>
    /// <returns>The alert as it is from now on; null when nothing changes.</returns>
    public static Alert? Next(Alert? current, Assessment assessment, string id, AlertContext context, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(assessment);
        var open = current is { State: AlertState.Open };
        return assessment switch
        {
            { Condition: Condition.Firing, Finding: { } finding } when !open => Open(finding, current, id, context, now),
            { Condition: Condition.Firing, Finding: { } finding } => Update(current!, finding, context, now),
            { Condition: Condition.Clear } when open => Resolve(current!, context, now),
            _ => null,
        };
    }

    private static Alert Open(Finding finding, Alert? former, string id, AlertContext context, DateTimeOffset now)
    {
        var alert = new Alert
        {
            Id = id,
            Portal = context.Portal,
            State = AlertState.Open,
            Severity = finding.Severity,
            Finding = finding,
            OpenedAt = now,
            LastFiredAt = now,
            Unpublished = former?.Unpublished ?? [], // what a crash left behind is told, even of an incident that is over
        };
        return Announce(alert, Transition.Opened, context, now);
    }

    private static Alert Update(Alert alert, Finding finding, AlertContext context, DateTimeOffset now)
    {
        var since = finding.Since < alert.Finding.Since ? finding.Since : alert.Finding.Since;
        var updated = alert with { Finding = finding with { Since = since }, LastFiredAt = now };
        return finding.Severity > alert.Severity
            ? Announce(updated with { Severity = finding.Severity }, Transition.Escalated, context, now)
            : updated;
    }

    private static Alert Resolve(Alert alert, AlertContext context, DateTimeOffset now) =>
        Announce(alert with { State = AlertState.Resolved, ResolvedAt = now }, Transition.Resolved, context, now);

    private static Alert Announce(Alert alert, Transition transition, AlertContext context, DateTimeOffset now)
    {
        var number = alert.Transitions + 1;
        var message = new AlertMessage
        {
            Id = $"{alert.Id}-{number}",
            AlertId = alert.Id,
            Transition = transition,
            Severity = alert.Severity,
            Portal = context.Portal,
            TimeZone = context.Clock.Name,
            UtcOffset = context.Clock.Offset(now),
            Finding = alert.Finding,
            OpenedAt = alert.OpenedAt,
            At = now,
            Chart = context.Chart,
            Link = new Uri(context.DashboardUrl, $"pages/alerts/{alert.Id}"),
            JsonLink = new Uri(context.DashboardUrl, $"api/alerts/{alert.Id}"),
        };
        return alert with { Transitions = number, Unpublished = [.. alert.Unpublished, message] };
    }
}
