using System.Globalization;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Delivery;

/// <summary>What of all that waits is sent next, and what is not worth sending any more.</summary>
public sealed partial class DeliveryDesk
{
    /// <summary>A message is on its way for seconds; the bus may hold it for longer.</summary>
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What may be sent now, the worst first and then the oldest; while the channel is down what was tried least, so that no message stands in the
    /// others' way. Of one incident only the last: it says since when and what, and one before it would come as news.
    /// </summary>
    private async Task<IReadOnlyList<StoredDelivery>> ReadDueAsync(
        string channel, ChannelState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await deliveries.ReadDueAsync(channel, now + LongestPause, cancellationToken);
        List<StoredDelivery> free = [];
        List<IReadOnlyList<StoredDelivery>> due = [];
        foreach (var incident in waiting.GroupBy(one => IncidentOf(one.Delivery.Message)))
        {
            var left = await CloseOvertakenAsync(InOrder(incident), now);
            free.AddRange(left);
            // What comes before one that is due is due with it: after the end of its incident its beginning would come as news.
            var last = left.FindLastIndex(one => IsDue(one.Delivery, state, now));
            if (last >= 0) due.Add(left[..(last + 1)]);
        }
        // Where only one waits, its own pause must not keep the probe back: half an hour is long for a channel that works again.
        if (due.Count == 0 && state.OpenSince is not null && free.MinBy(one => one.Delivery.DueAt) is { } next) return [next];
        return [.. due
            .OrderBy(incident => state.OpenSince is null ? 0 : incident[0].Delivery.Attempts)
            .ThenByDescending(incident => incident.Max(one => one.Delivery.Message.Severity))
            .SelectMany(incident => incident)];
    }

    // An account's digests share the id of an alert, and are each of another day.
    private static string IncidentOf(AlertMessage message) => message.Transition == Transition.Digest ? message.Id : message.AlertId;

    // A later message has a higher number, which its id ends with; clocks may be set back.
    private static List<StoredDelivery> InOrder(IEnumerable<StoredDelivery> incident) => [.. incident.OrderBy(one => Number(one.Delivery.Message))];

    private static int Number(AlertMessage message)
    {
        var end = message.Id.AsSpan(message.Id.LastIndexOf('-') + 1);
        return int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <returns>What may be sent; what others were told with is, since they are in no later message.</returns>
    private async Task<List<StoredDelivery>> CloseOvertakenAsync(List<StoredDelivery> incident, DateTimeOffset now)
    {
        List<StoredDelivery> left = [];
        foreach (var one in incident.Where(one => one.Delivery.State == DeliveryState.Queued || one.Delivery.DueAt <= now))
        {
            if (one != incident[^1] && one.Delivery.Message.Story.Count == 0) await CloseOvertakenAsync(one, now);
            else left.Add(one);
        }
        return left;
    }

    // One that came late over the bus, or is sent again by hand, may find that its incident's end is told already. Fresh ones are not asked for.
    private async Task<bool> IsOvertakenAsync(AlertDelivery delivery, DateTimeOffset now, CancellationToken cancellationToken) =>
        now - delivery.Message.At > LateAfter
        && delivery.Message is { Transition: not Transition.Digest, IsTest: false, Story.Count: 0 }
        && (await deliveries.ReadLaterAsync(delivery.Channel, delivery.Message, cancellationToken))
            .Any(other => other.State != DeliveryState.Failed && Number(other.Message) > Number(delivery.Message));

    // It waits for itself only: what the whole channel failed is due once that works again. When it was last tried is known by the pause after it.
    private static bool IsDue(AlertDelivery delivery, ChannelState state, DateTimeOffset now) =>
        delivery.DueAt <= now
            || (delivery.Attempts > 0 && delivery.State == DeliveryState.Queued && delivery.DueAt - Pause(delivery.Attempts) < state.WorksSince);

    // Who has mended a key or an address asks for a test, and looks at the answer.
    private static bool IsProof(AlertDelivery delivery, ChannelState state) => state.IsRefused && delivery is { Attempts: 0, Message.IsTest: true };

    private async Task CloseOvertakenAsync(StoredDelivery earlier, DateTimeOffset now)
    {
        var closed = earlier.Delivery with { State = DeliveryState.Failed, FailedAt = now, LastError = AlertDelivery.Overtaken };
        if (await deliveries.TryWriteAsync(closed, earlier, CancellationToken.None) is not null) LogOvertaken(closed.Message.Id, closed.Channel);
    }

    [LoggerMessage(LogLevel.Information, "Message {MessageId} is not sent by {Channel}: a later one of the same incident took its place.")]
    private partial void LogOvertaken(string messageId, string channel);
}
