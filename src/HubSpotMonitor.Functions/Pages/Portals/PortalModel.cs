using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Functions.Pages.Charts.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Portals;

/// <summary>All that the page of one portal shows, read once.</summary>
public sealed record PortalModel
{
    public required DateTimeOffset Now { get; init; }

    public required Portal Portal { get; init; }

    public required ChartSpan Span { get; init; }

    /// <summary>Null: it could not be read.</summary>
    public PortalView? View { get; init; }

    public UsageChart? Chart { get; init; }

    public HeatMap? Heat { get; init; }

    /// <summary>Null: not judged yet.</summary>
    public PostureReport? Posture { get; init; }

    /// <summary>Incidents that touch the chart, newest first.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>Why nothing can be shown.</summary>
    public string? Trouble { get; init; }

    public PortalClock Clock => PortalClock.Of(View);
}
