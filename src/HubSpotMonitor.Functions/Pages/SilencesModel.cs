using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>All that the page of silences shows.</summary>
public sealed record SilencesModel
{
    public required DateTimeOffset Now { get; init; }

    public required IReadOnlyList<Portal> Portals { get; init; }

    public required IReadOnlyList<Silence> Silences { get; init; }

    public required IReadOnlyList<MaintenanceWindow> Windows { get; init; }

    /// <summary>What was wrong with the form that was sent.</summary>
    public IReadOnlyList<string> Wrong { get; init; } = [];
}
