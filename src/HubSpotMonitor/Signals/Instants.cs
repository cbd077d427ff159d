namespace HubSpotMonitor.Signals;

/// <summary>Instants on a grid of equal steps.</summary>
public static class Instants
{
    /// <summary>The start of the step that an instant lies in. UTC.</summary>
    public static DateTimeOffset Floor(this DateTimeOffset at, TimeSpan step) => new(at.UtcTicks - (at.UtcTicks % step.Ticks), TimeSpan.Zero);
}
