namespace HubSpotMonitor.Signals;

/// <summary>The names of what is measured. The same word stands in the table, in the API and on the page.</summary>
public static class Metric
{
    /// <summary>Calls made since the account's local midnight, as HubSpot's usage endpoint reports them; minutes late.</summary>
    public const string UsageReported = "usage-reported";

    /// <summary>The same counter, read from the rate-limit headers of our own calls; not late, absent for OAuth tokens.</summary>
    public const string UsageLive = "usage-live";

    /// <summary>Calls made in an interval: the difference between two values of a counter.</summary>
    public const string Calls = "calls";

    public static IReadOnlyList<string> All { get; } = [UsageReported, UsageLive, Calls];
}
