using HubSpotMonitor.Bus.Links;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus;

/// <summary>Puts orders to poll onto their queue.</summary>
public sealed class PollOrders : IDisposable
{
    private readonly EntitySender _sender;

    public PollOrders(BusConnection bus, IOptions<BusOptions> options, BusClock clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sender = new(bus, options.Value, clock, options.Value.Polls);
    }

    /// <exception cref="BusException">The bus did not take them all.</exception>
    public Task SendAsync(IReadOnlyList<PollOrder> orders, CancellationToken cancellationToken) =>
        _sender.SendAsync([.. orders.Select(order => (Func<Amqp.Message>)(() => BusMessages.Of(order)))], cancellationToken);

    public void Dispose() => _sender.Dispose();
}
