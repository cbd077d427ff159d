using HubSpotMonitor.Alerting;
using HubSpotMonitor.Bus;

namespace HubSpotMonitor;

/// <summary>
/// Brings what alerts have to tell to the bus. Routed in the row first, then handed over, then
/// closed: after a crash in between it is handed over again, and the bus recognises the repeat.
/// </summary>
public sealed class Publisher(AlertSweep alerts, IAlertBus bus) : IDisposable
{
    // One portal after the other, since all share the channels' cap.
    private readonly SemaphoreSlim _gate = new(1);

    public async Task PublishAsync(long portal, SweepRound round, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var parcels = await alerts.SweepAsync(portal, round, cancellationToken);
            if (parcels.Count == 0 || round.IsBusAway) return;
            await bus.PublishAsync(parcels, round.Now, cancellationToken);
            await alerts.CloseAsync(portal, parcels, cancellationToken);
        }
        catch (BusException e) when (!e.IsPermanent)
        {
            round.IsBusAway = true;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
