using HubSpotMonitor.Dashboard;

namespace HubSpotMonitor.Functions.Pages.Health;

/// <summary>All that the page about the monitor itself shows.</summary>
public sealed record HealthModel
{
    /// <summary>Of the smallest daily limit, what the monitor may cost: half a percent of what an account has.</summary>
    public const double LargestShare = 0.005;

    public required DateTimeOffset Now { get; init; }

    public IReadOnlyList<HealthCheck> Checks { get; init; } = [];

    public IReadOnlyList<PortalView> Portals { get; init; } = [];

    /// <summary>Why the portals cannot be shown; what the monitor says of itself is shown also then.</summary>
    public string? Trouble { get; init; }
}
