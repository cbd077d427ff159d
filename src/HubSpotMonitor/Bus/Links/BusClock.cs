namespace HubSpotMonitor.Bus.Links;

/// <summary>Real time, also where the monitor's own is simulated: tokens and locks end by the broker's clock.</summary>
public sealed record BusClock(TimeProvider Time);
