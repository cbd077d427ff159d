using HubSpotMonitor.Bus;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>The polls of one portal, for a run over all of them and for an order of the bus.</summary>
public sealed partial class Pipeline
{
    /// <summary>
    /// Polls one portal, as an order of the bus asks, and tells what it raised. An order
    /// that comes again, or while another of its kind is at work, changes nothing.
    /// </summary>
    public async Task PollPortalAsync(PollOrder order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        // Taken out of the settings since it was ordered.
        if (_portals.FirstOrDefault(portal => portal.Id == order.Portal) is not { } portal) return;
        using var span = Telemetry.OfPortal(order.Kind == PollKind.Usage ? Telemetry.PollSpan : Telemetry.ActivitySpan, portal.Portal);
        try
        {
            Func<PortalOptions, DateTimeOffset, CancellationToken, Task> poll = order.Kind == PollKind.Usage ? PollUsageOfAsync : PollActivityOfAsync;
            if (await fanOut.OnceAsync(order, now, token => poll(portal, now, token), cancellationToken))
                await publisher.PublishAsync(portal.Id, new(now), cancellationToken);
        }
        catch (Exception e)
        {
            Telemetry.Failed(span, e);
            throw;
        }
    }

    private async Task PollActivityOfAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await posture.PollAsync(portal, now, cancellationToken);
        await rates.WatchActivityAsync(portal, now, cancellationToken);
    }

    private async Task PollUsageOfAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            if (await usage.PollAsync(portal, now, cancellationToken) is { } after)
                Telemetry.Polled(after.Outcome, TimeProvider.System.GetElapsedTime(started), now - after.LastGoodPollAt);
        }
        catch
        {
            Telemetry.Polled(null, TimeProvider.System.GetElapsedTime(started), null);
            throw;
        }
    }
}
