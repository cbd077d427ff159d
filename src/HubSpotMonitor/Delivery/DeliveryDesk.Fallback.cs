using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Delivery;

/// <summary>What goes out by another channel: of one that gave up, of one that is down, and of one that was taken out of the settings.</summary>
public sealed partial class DeliveryDesk
{
    /// <summary>More than any wait between two attempts, so that all that is queued counts as due.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private long _lookedAtOff;

    // What waits stays queued: the channel gets it too, late, when it works again.
    private async Task FallBackAllAsync(ChannelState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var waiting in await deliveries.ReadDueAsync(state.Channel, now + LongestPause, cancellationToken))
        {
            if (waiting.Delivery is { State: DeliveryState.Sending } or { FellBack: true } || IsHistory(waiting.Delivery, now)) continue;
            var reason = $"which has taken nothing since {state.OpenSince!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {state.LastError}";
            var after = await FallBackAsync(waiting.Delivery, reason, now, cancellationToken);
            if (after.FellBack) await deliveries.TryWriteAsync(after, waiting, cancellationToken);
        }
    }

    private async Task<AlertDelivery> FallBackAsync(AlertDelivery delivery, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var fallback = Fallback;
        // A test is there to see what its own channel does.
        if (fallback is null || fallback == delivery.Channel || delivery.FellBack || delivery.Message.IsTest) return delivery;
        await QueueInPlaceAsync(delivery, reason, fallback, now, cancellationToken);
        return delivery with { FellBack = true };
    }

    private string? Fallback => Channels.FirstOrDefault(name => name.Equals(_options.Fallback, StringComparison.OrdinalIgnoreCase));

    // Where it was going anyway it is not sent twice.
    private Task QueueInPlaceAsync(AlertDelivery delivery, string reason, string instead, DateTimeOffset now, CancellationToken cancellationToken) =>
        QueueAsync(
            delivery.Message with { Why = $"Sent here in place of {delivery.Channel}, {reason} {delivery.Message.Why}".TrimEnd() },
            instead,
            now,
            cancellationToken);

    // A channel that was taken out leaves what waited for it. A look now and then is enough: it takes a restart to take one out.
    private async Task HandOverAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_gates.Count == 0 || Math.Abs(now.UtcTicks - Interlocked.Read(ref _lookedAtOff)) < Breaker.Patience.Ticks) return;
        foreach (var off in Known.Where(name => !_gates.ContainsKey(name)))
        {
            foreach (var waiting in await deliveries.ReadDueAsync(off, now, cancellationToken)) await HandOverAsync(waiting, now, cancellationToken);
        }
        Interlocked.Exchange(ref _lookedAtOff, now.UtcTicks);
    }

    private async Task HandOverAsync(StoredDelivery waiting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var delivery = waiting.Delivery;
        // Queued just now: a host with other settings, in which the channel is on, is at work beside this one.
        if (now - delivery.QueuedAt < Breaker.Patience) return;
        var heirs = Fallback is { } fallback ? [fallback] : Channels;
        var isNeeded = !delivery.FellBack && !delivery.Message.IsTest && !IsHistory(delivery, now);
        foreach (var heir in heirs.Where(_ => isNeeded))
            await QueueInPlaceAsync(delivery, "which is no longer set up.", heir, now, cancellationToken);
        await CloseAsync(waiting, AlertDelivery.TakenOut, now);
    }
}
