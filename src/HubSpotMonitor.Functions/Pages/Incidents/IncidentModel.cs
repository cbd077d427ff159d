using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Charts.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Incidents;

/// <summary>All that the page of one incident shows, read once.</summary>
public sealed record IncidentModel
{
    public required Alert Alert { get; init; }

    /// <summary>Null: it belongs to no account that is watched.</summary>
    public PortalView? Portal { get; init; }

    /// <summary>The account's calls around it.</summary>
    public UsageChart? Chart { get; init; }

    /// <summary>Its messages by every channel, oldest first.</summary>
    public IReadOnlyList<AlertDelivery> Told { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<StoryLine> Story { get; init; } = [];

    public PortalClock Clock => PortalClock.Of(Portal);
}
