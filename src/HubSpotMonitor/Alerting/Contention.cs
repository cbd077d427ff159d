namespace HubSpotMonitor.Alerting;

/// <summary>Somebody else wrote the same row first: it is read again and tried again.</summary>
internal static class Contention
{
    /// <summary>More in a row than people and runs that happen to meet need.</summary>
    public const int Tries = 5;

    /// <param name="what">In the middle of a sentence: <c>the alerts of portal 4711</c>.</param>
    public static InvalidOperationException Lost(string what) => new($"Others changed {what} {Tries} times in a row.");
}
