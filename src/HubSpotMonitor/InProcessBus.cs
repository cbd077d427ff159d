using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>The bus of a single process, and of every monitor without one: the table of deliveries itself.</summary>
public sealed class InProcessBus(DeliveryDesk deliveries) : IAlertBus
{
    public async Task PublishAsync(IReadOnlyList<Parcel> parcels, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parcels);
        foreach (var parcel in parcels) await deliveries.QueueAsync(parcel.Message, parcel.Channels, now, cancellationToken);
    }
}
