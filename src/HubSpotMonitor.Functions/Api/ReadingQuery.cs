using System.Globalization;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Which readings <c>GET /api/readings</c> is asked for.</summary>
internal sealed record ReadingQuery(long Portal, string Metric, string? Subject, Interval Interval)
{
    // Two months in 5-minute steps are 18,000 readings, some 3 MB: enough for a month beside the month before.
    private const int MaxDays = 62;

    /// <returns>The query, or a sentence that names the parameter that is wrong.</returns>
    public static (ReadingQuery? Query, string? Wrong) Parse(IQueryCollection parameters, DateTimeOffset now)
    {
        var metric = parameters["metric"].ToString() is { Length: > 0 } named ? named : Signals.Metric.Calls;
        var isOfMonitor = metric == Signals.Metric.WebhookRequests;
        if (!TryPortal(parameters, out var portal) && !isOfMonitor)
            return (null, PortalWanted);
        if (!Signals.Metric.All.Contains(metric))
            return (null, $"metric must be one of {string.Join(", ", Signals.Metric.All)}.");

        var subject = parameters["subject"].ToString() is { Length: > 0 } about ? about : null;
        var (interval, wrong) = Interval.Parse(parameters, now, MaxDays);
        return interval is null ? (null, wrong) : (new ReadingQuery(isOfMonitor ? Signals.Portal.Monitor.Id : portal, metric, subject, interval), null);
    }

    internal const string PortalWanted = "portal must be the number of a HubSpot account, for example portal=12345678.";

    internal static bool TryPortal(IQueryCollection parameters, out long portal) =>
        long.TryParse(parameters["portal"], NumberStyles.None, CultureInfo.InvariantCulture, out portal) && portal != 0;
}
