using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>Reads the pages about access, and still gives one when the store is down: then it says so.</summary>
internal sealed partial class AccessReader(PostureReader posture, MonitorScope scope, TimeProvider clock, ILogger<AccessReader> logger)
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(8);

    public async Task<AccessModel> ReadAsync(AccessQuery query, CancellationToken cancellationToken)
    {
        // Real time, whatever the clock: it is a person who waits.
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var model = new AccessModel { Now = clock.GetUtcNow(), Query = query, All = scope.Portals };
        try
        {
            return model with { Portals = await posture.ReadAsync(query.Portal, linked.Token) };
        }
        // The edge of the page: whatever it was, the reader gets a page that says so, and the log the reason.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ReadFailed(exception);
            return model with { Trouble = "The store does not answer, so nothing can be shown. The page tries again by itself; the log holds the reason." };
        }
    }

    [LoggerMessage(LogLevel.Warning, "The page of access could not be filled.")]
    private partial void ReadFailed(Exception exception);
}
