namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>The monitor as a receiver of webhooks.</summary>
internal static class WebhookHost
{
    public const string Table = "Events";

    public static Task<MeasuredProcess> StartAsync(string store, CancellationToken cancellationToken)
    {
        Dictionary<string, string> settings = new()
        {
            ["Webhooks__PublicUrl"] = EventLoad.PublicUrl.AbsoluteUri,
            ["Webhooks__Secrets__0"] = EventLoad.Secret,
        };
        return BenchmarkHost.StartProcessAsync(store, [EventLoad.Account], settings, cancellationToken);
    }
}
