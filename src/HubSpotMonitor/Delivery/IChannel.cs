using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>One way to tell people: a folder below this one.</summary>
public interface IChannel
{
    /// <summary>Lower case, as it stands in tables, subscriptions and logs: <c>email</c>.</summary>
    string Name { get; }

    /// <summary>Sends one message, once. Returning means that the other side took it.</summary>
    /// <exception cref="DeliveryException">The other side refused it, or could not be reached in time.</exception>
    Task SendAsync(AlertMessage message, CancellationToken cancellationToken);
}
