using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>All that the overview shows, read once.</summary>
public sealed record OverviewModel
{
    public required DateTimeOffset Now { get; init; }

    public IReadOnlyList<PortalView> Portals { get; init; } = [];

    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    public IReadOnlyList<AlertDelivery> Deliveries { get; init; } = [];

    /// <summary>What is not as it should be with the monitor itself.</summary>
    public IReadOnlyList<HealthCheck> Complaints { get; init; } = [];

    /// <summary>The gravest first, and each sentence once: where HubSpot is away, it is the same at every account.</summary>
    public IReadOnlyList<HealthCheck> ComplaintsOnce => [.. Complaints
        .GroupBy(check => (check.Status, check.Says), (_, same) => Fold([.. same]))
        .OrderByDescending(check => check.Status)
        .ThenByDescending(check => check.IsBlind)];

    /// <summary>Why portals, alerts and deliveries could not be read; absent when they could.</summary>
    public string? Trouble { get; init; }

    public IEnumerable<Alert> OpenAlerts => Alerts.Where(alert => alert.State == AlertState.Open);

    public IEnumerable<Alert> ResolvedAlerts => Alerts.Where(alert => alert.State == AlertState.Resolved).Take(5);

    /// <summary>What needs somebody first: blind, then by the worst open alert, then by how near the limit is.</summary>
    public IEnumerable<PortalView> PortalsByNeed => Portals
        .OrderByDescending(view => view.State == PortalState.Blind)
        .ThenByDescending(view => view.Worst)
        .ThenByDescending(view => view.State == PortalState.Degraded)
        .ThenByDescending(view => view.Limit > 0 ? Math.Max(view.UsedToday ?? 0, view.ForecastAtReset ?? 0) / view.Limit : 0);

    /// <summary>The account's clock; UTC for a portal that is no longer watched.</summary>
    public PortalClock ClockOf(long portal) => PortalClock.Of(Portals.FirstOrDefault(view => view.Id == portal));

    private static HealthCheck Fold(IReadOnlyList<HealthCheck> same) =>
        same.Count == 1 ? same[0] : same[0] with { Name = $"{same[0].Name} and {same.Count - 1} more" };
}
