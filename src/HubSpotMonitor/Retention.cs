using HubSpotMonitor.Delivery;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Store.Secrets;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>What is deleted when. Alerts stay: they are few, and the record of what happened.</summary>
public sealed partial class Retention(
    IOptions<StoreOptions> store,
    IOptions<WebhooksOptions> webhooks,
    ReadingTable readings,
    EventTable events,
    ActivityTable activity,
    AlertTable alerts,
    SightingTable sightings,
    DeadLetterTable deadLetters,
    IntakeTable intake,
    DeliveryTable deliveries,
    ConnectStateTable connectStates,
    SilenceTable silences,
    MonitorScope scope,
    ILogger<Retention> logger)
{
    public async Task PrunePortalAsync(long portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await events.PruneAsync(portal, OldestEvent(now), cancellationToken);
        rows += await activity.PruneAsync(portal, OldestReading(now), cancellationToken);
        // Nothing reads them after the rules' time, and each judgement goes through all that there are.
        rows += await sightings.PruneAsync(portal, now - (2 * PostureEvidence.EventWindow), cancellationToken);
        foreach (var metric in Metric.All) rows += await readings.PruneAsync(portal, metric, OldestReading(now), cancellationToken);
        await CloseCalmAsync(portal, now, cancellationToken);
        LogPruned(rows, portal);
    }

    /// <summary>What belongs to no portal.</summary>
    public async Task PruneSharedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await deadLetters.PruneAsync(OldestEvent(now), cancellationToken);
        rows += await intake.PruneAsync(OldestEvent(now), cancellationToken);
        // They run out in real time, also under a simulated clock: a person takes it.
        rows += await connectStates.PruneAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        rows += await readings.PruneAsync(Portal.Monitor.Id, Metric.WebhookRequests, OldestReading(now), cancellationToken);
        // All of them are read at each sweep, and the page shows none that is over for longer.
        rows += await silences.PruneAsync(now.AddDays(-7), cancellationToken);
        await CloseCalmAsync(Portal.Monitor.Id, now, cancellationToken);
        await ForgetGoneAsync(now, cancellationToken);
        foreach (var channel in DeliveryDesk.Known.Union(scope.Channels))
            rows += await deliveries.PruneAsync(channel, OldestReading(now), cancellationToken);
        LogPruned(rows, Portal.Monitor.Id);
    }

    // What was resolved within a week is still shown.
    private async Task CloseCalmAsync(long portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await alerts.CloseAsync(portal, now.AddDays(-7), cancellationToken);
        await alerts.UnmarkAsync(portal, now.AddDays(-7), cancellationToken);
    }

    // Of accounts that were taken out of the settings. A minute of today may be another host's, which has the account already.
    private async Task ForgetGoneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var portal in (await alerts.ReadMarkedAsync(cancellationToken)).Where(IsGone)) await CloseCalmAsync(portal, now, cancellationToken);
        foreach (var minute in (await events.ReadMarkedAsync(cancellationToken))
            .Where(minute => IsGone(minute.Portal) && minute.ReceivedAt < now.AddDays(-1)))
        {
            await events.UnmarkAsync(minute, cancellationToken);
        }
    }

    private bool IsGone(long portal) => portal != Portal.Monitor.Id && scope.Portals.All(known => known.Id != portal);

    private DateTimeOffset OldestEvent(DateTimeOffset now) => now.AddDays(-webhooks.Value.KeepDays);

    private DateTimeOffset OldestReading(DateTimeOffset now) => now.AddDays(-store.Value.KeepDays);

    [LoggerMessage(LogLevel.Information, "Deleted {Rows} rows of portal {Portal} that are older than they are kept.")]
    private partial void LogPruned(int rows, long portal);
}
