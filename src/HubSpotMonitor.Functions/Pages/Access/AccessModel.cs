using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>All that the pages about access show.</summary>
public sealed record AccessModel
{
    public required DateTimeOffset Now { get; init; }

    public required AccessQuery Query { get; init; }

    /// <summary>Every account of the settings, for the choice.</summary>
    public required IReadOnlyList<Portal> All { get; init; }

    /// <summary>Those that the query asks for.</summary>
    public IReadOnlyList<PortalPosture> Portals { get; init; } = [];

    /// <summary>Why nothing can be shown.</summary>
    public string? Trouble { get; init; }

    public static PortalClock ClockOf(PortalPosture portal)
    {
        ArgumentNullException.ThrowIfNull(portal);
        return new(AccountClock.FromName(portal.TimeZone));
    }
}
