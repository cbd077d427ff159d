using HubSpotMonitor.Bus;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Delivery;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor;

/// <summary>
/// Where a message leaves the bus: it is written into the table of deliveries, and what its channel has due is sent. The bus carries, the table
/// remembers: repeats, further tries, the breaker and the fallback are the table's, as without a bus, so a message is done with once it is written
/// down.
/// </summary>
public sealed partial class BusIntake(DeliveryDesk deliveries, TimeProvider time, BusClock clock, ILogger<BusIntake> logger)
{
    /// <summary>A store that is away for a moment must not use up a message's deliveries, of which ten make a dead letter.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Writes an envelope down for one channel. One that was written down before, or is for others, changes nothing.</summary>
    /// <exception cref="Exception">The store did not take it in three minutes.</exception>
    public async Task TakeAsync(AlertEnvelope envelope, string channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (!envelope.IsFor(channel)) return;
        var started = clock.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await deliveries.QueueAsync(envelope.Message, [channel], time.GetUtcNow(), cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && clock.Time.GetElapsedTime(started) + Pause < Patience)
            {
                LogTriedAgain(envelope.Message.Id, channel, e.Message);
                await Task.Delay(Pause, clock.Time, cancellationToken);
            }
        }
    }

    /// <summary>Sends what is due. Trouble is only told: what is written down goes out with the next sweep.</summary>
    public async Task DeliverAsync(string channel, CancellationToken cancellationToken)
    {
        try
        {
            await deliveries.DeliverDueAsync(channel, time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotSent(e, channel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} could not be written down for {Channel} yet: {Error}")]
    private partial void LogTriedAgain(string messageId, string channel, string error);

    [LoggerMessage(LogLevel.Warning, "What {Channel} has due could not be sent now; the next sweep tries again.")]
    private partial void LogNotSent(Exception exception, string channel);
}
