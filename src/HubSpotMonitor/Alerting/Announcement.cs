using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting;

/// <summary>What a message says beside the finding.</summary>
/// <param name="Portal">The account.</param>
/// <param name="Clock">The account's clock.</param>
/// <param name="Chart">The counts of the last hours; empty: those that were told last are shown again.</param>
/// <param name="DashboardUrl">Where links lead.</param>
public sealed record AlertContext(Portal Portal, AccountClock Clock, IReadOnlyList<ChartPoint> Chart, Uri DashboardUrl)
{
    /// <summary>The trace of what a message tells; null: of whoever sends it.</summary>
    public string? Trace { get; init; }

    /// <summary>The context of an alert that is told again later.</summary>
    public static AlertContext Of(Alert alert, Uri dashboardUrl)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return new(alert.Portal, AccountClock.FromName(alert.TimeZone), alert.Chart, dashboardUrl);
    }
}

/// <summary>Writes a transition of an alert into its row, as a message that waits to be routed.</summary>
internal static class Announcement
{
    public static Alert Add(Alert alert, Transition transition, AlertContext context, DateTimeOffset now, string? why = null, bool goesOn = false)
    {
        var number = alert.Transitions + 1;
        var chart = context.Chart.Count > 0 ? context.Chart : alert.Chart;
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
            Chart = chart,
            Why = why,
            GoesOn = goesOn,
            Trace = context.Trace,
            Link = new Uri(context.DashboardUrl, $"pages/alerts/{alert.Id}"),
            Runbook = new Uri(context.DashboardUrl, $"pages/rules/{alert.Finding.Rule}"),
            JsonLink = new Uri(context.DashboardUrl, $"api/alerts/{alert.Id}"),
        };
        return alert with { Transitions = number, TimeZone = context.Clock.Name, Chart = chart, Unpublished = [.. alert.Unpublished, message] };
    }
}
