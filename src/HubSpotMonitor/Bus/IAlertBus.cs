using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Bus;

/// <summary>What carries messages from the alerts to the channels: this process itself, or a topic with a subscription per channel.</summary>
public interface IAlertBus
{
    /// <summary>
    /// Takes parcels. Returning means that they are kept; handing them over again changes nothing, since the table of deliveries knows them.
    /// </summary>
    /// <exception cref="BusException">The bus did not take them all.</exception>
    Task PublishAsync(IReadOnlyList<Parcel> parcels, DateTimeOffset now, CancellationToken cancellationToken);
}
