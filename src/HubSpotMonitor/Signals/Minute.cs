namespace HubSpotMonitor.Signals;

/// <summary>Minutes as events are counted in them.</summary>
public static class Minute
{
    /// <summary>The start of the minute that an instant lies in. UTC.</summary>
    public static DateTimeOffset Of(DateTimeOffset at) => at.Floor(TimeSpan.FromMinutes(1));
}
