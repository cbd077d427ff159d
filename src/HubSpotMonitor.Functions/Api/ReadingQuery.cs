namespace HubSpotMonitor.Functions.Api;

/// <summary>Which readings <c>GET /api/readings</c> is asked for.</summary>
internal sealed record ReadingQuery(long Portal, string Metric, string? Subject, Interval Interval)
{
    // Two months in 5-minute steps are 18,000 readings, some 3 MB: enough for a month beside the month before.
    private const int MaxDays = 62;

    /// <returns>The query, or a sentence that names the parameter that is wrong.</returns>
    public static (ReadingQuery? Query, string? Wrong) Parse(HttpRequest request, Signals.MonitorScope scope, DateTimeOffset now)
    {
        var parameters = request.Query;
        var metric = parameters["metric"].ToString() is { Length: > 0 } named ? named : Signals.Metric.Calls;
        var isOfMonitor = metric == Signals.Metric.WebhookRequests;
        if (!PortalQuery.TryRead(request, scope, out var portal) || (portal is null && !isOfMonitor))
            return (null, PortalQuery.Wanted);
        if (!Signals.Metric.All.Contains(metric))
            return (null, $"metric must be one of {string.Join(", ", Signals.Metric.All)}.");

        var subject = parameters["subject"].ToString() is { Length: > 0 } about ? about : null;
        var (interval, wrong) = Interval.Parse(parameters, now, MaxDays);
        return interval is null
            ? (null, wrong)
            : (new ReadingQuery(isOfMonitor ? Signals.Portal.Monitor.Id : portal!.Value, metric, subject, interval), null);
    }
}
