using Amqp;
using Amqp.Types;

namespace HubSpotMonitor.Bus.Links;

/// <summary>Service Bus's locks on received messages.</summary>
internal static class Locks
{
    /// <summary>Well below the shortest lock that the templates ask for, a minute.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(20);

    /// <summary>The delivery tag is the lock's token.</summary>
    public static Task RenewAsync(Requests management, Message message, string entity, CancellationToken cancellationToken) =>
        management.ManageAsync(
            "com.microsoft:renew-lock", new Map { ["lock-tokens"] = new[] { new Guid(message.DeliveryTag) } }, entity, cancellationToken);
}
