namespace HubSpotMonitor.Signals;

/// <summary>What this monitor is set up to do, without its secrets.</summary>
/// <param name="Portals">The accounts it watches, in the order of the settings.</param>
/// <param name="Channels">The names of the channels it tells.</param>
/// <param name="Rules">The ids of all rules that may find something.</param>
public sealed record MonitorScope(IReadOnlyList<Portal> Portals, IReadOnlyList<string> Channels, IReadOnlyList<string> Rules);
