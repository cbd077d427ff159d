using System.Threading.Channels;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>On one machine the host reads the channels' subscriptions itself, where a bus is configured; in Azure the Functions host does.</summary>
internal sealed class BusConsumers(
    SubscriptionReader subscriptions, BusIntake intake, DeliveryDesk deliveries, IOptions<BusOptions> options) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.IsOn ? Task.WhenAll(deliveries.Channels.Select(channel => ConsumeAsync(channel, stoppingToken))) : Task.CompletedTask;

    // Receiving does not wait for sending: what is received is locked for a minute, and a channel may be slow.
    private Task ConsumeAsync(string channel, CancellationToken cancellationToken)
    {
        var due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        return Task.WhenAll(
            subscriptions.RunAsync(
                channel, (envelope, token) => intake.TakeAsync(envelope, channel, token), () => due.Writer.TryWrite(true), cancellationToken),
            DeliverAsync(channel, due.Reader, cancellationToken));
    }

    private async Task DeliverAsync(string channel, ChannelReader<bool> due, CancellationToken cancellationToken)
    {
        await foreach (var _ in due.ReadAllAsync(cancellationToken)) await intake.DeliverAsync(channel, cancellationToken);
    }
}
