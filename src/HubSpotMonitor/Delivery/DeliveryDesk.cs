using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// Brings each message to each channel: written down before it is sent, closed after, tried again while the trouble may pass.
/// The table of deliveries is the in-process bus: what is queued there survives a crash.
/// </summary>
public sealed partial class DeliveryDesk(DeliveryTable deliveries, IEnumerable<IChannel> channels, ILogger<DeliveryDesk> logger)
{
    /// <summary>Over this the sender is taken for dead and the delivery for lost; a send gives up long before.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    /// <summary>Half a minute, doubling up to half an hour: some five hours in all.</summary>
    private const int LargestAttempts = 14;

    // Two functions of one process may deliver at once; across processes the claim keeps them apart.
    private readonly Dictionary<string, SemaphoreSlim> _gates = channels.ToDictionary(channel => channel.Name, _ => new SemaphoreSlim(1));

    public IReadOnlyCollection<string> Channels => _gates.Keys;

    /// <summary>Takes a message for some channels; those that are off by now are left out. A repeat is recognised and changes nothing.</summary>
    public async Task QueueAsync(AlertMessage message, IReadOnlyCollection<string> to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var channel in to.Where(_gates.ContainsKey))
        {
            var delivery = new AlertDelivery { Channel = channel, Message = message, State = DeliveryState.Queued, QueuedAt = now, DueAt = now };
            await deliveries.TryAddAsync(delivery, cancellationToken);
        }
    }

    /// <summary>Sends what is due, all channels at once: a slow one does not hold up the others.</summary>
    public Task DeliverDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.WhenAll(channels.Select(channel => DeliverDueAsync(channel, now, cancellationToken)));

    private async Task DeliverDueAsync(IChannel channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _gates[channel.Name].WaitAsync(cancellationToken);
        try
        {
            foreach (var due in await deliveries.ReadDueAsync(channel.Name, now, cancellationToken))
            {
                var claim = due.Delivery with { State = DeliveryState.Sending, DueAt = now + Claim, Attempts = due.Delivery.Attempts + 1 };
                if (await deliveries.TryWriteAsync(claim, due, cancellationToken) is not { } claimed) continue; // somebody else has it
                var closed = await SendAsync(channel, claim, now, cancellationToken);
                await deliveries.TryWriteAsync(closed, claimed, cancellationToken);
            }
        }
        finally
        {
            _gates[channel.Name].Release();
        }
    }

    private async Task<AlertDelivery> SendAsync(IChannel channel, AlertDelivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SendLimit);
        try
        {
            await channel.SendAsync(delivery.Message, limit.Token);
            LogSent(delivery.Message.Title, channel.Name);
            return delivery with { State = DeliveryState.Sent, SentAt = now, LastError = null };
        }
        catch (DeliveryException e)
        {
            return Failed(delivery, e.Message, e.IsPermanent, now);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(delivery, $"The channel gave no answer within {SendLimit.TotalSeconds:0} s.", false, now);
        }
    }

    private AlertDelivery Failed(AlertDelivery delivery, string error, bool isPermanent, DateTimeOffset now)
    {
        if (isPermanent || delivery.Attempts >= LargestAttempts)
        {
            LogGivenUp(delivery.Message.Id, delivery.Channel, delivery.Attempts, error);
            return delivery with { State = DeliveryState.Failed, LastError = error };
        }
        LogPostponed(delivery.Message.Id, delivery.Channel, error);
        var wait = TimeSpan.FromSeconds(Math.Min(30 * Math.Pow(2, delivery.Attempts - 1), 1800));
        return delivery with { State = DeliveryState.Queued, DueAt = now + wait, LastError = error };
    }

    [LoggerMessage(LogLevel.Information, "Sent \"{Title}\" by {Channel}.")]
    private partial void LogSent(string title, string channel);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} will be sent again by {Channel}: {Error}")]
    private partial void LogPostponed(string messageId, string channel, string error);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} could not be sent by {Channel} after {Attempts} attempts: {Error}")]
    private partial void LogGivenUp(string messageId, string channel, int attempts, string error);
}
