using System.Collections;
using System.Globalization;
using Amqp;
using Amqp.Types;
using HubSpotMonitor.Bus.Links;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus;

/// <summary>The dead letters of every subscription: looked at without taking them, and sent again once their cause is mended.</summary>
public sealed class BusDeadLetters(BusConnection bus, TopicBus topic, IOptions<BusOptions> options, TimeProvider time)
{
    /// <summary>How far a dead letter is looked for: what lies deeper is reached when those before it are gone.</summary>
    private const int Deepest = 500;

    /// <summary>Beyond 30 days no message is looked for among those to be sent, and one that is not taken at once is tried for two.</summary>
    internal static readonly TimeSpan Oldest = TimeSpan.FromDays(28);

    private static readonly TimeSpan NoMore = TimeSpan.FromSeconds(2);

    /// <summary>Less than a page or a check has: a bus that is frozen must not cost the rest.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly BusOptions _options = options.Value;

    public bool IsOn => _options.IsOn;

    /// <summary>Dead letters of some channels, the oldest of each first.</summary>
    /// <exception cref="BusException">The bus cannot be asked.</exception>
    public async Task<IReadOnlyList<BusDeadLetter>> ReadAsync(IEnumerable<string> channels, int takeOfEach, CancellationToken cancellationToken)
    {
        if (!IsOn) return [];
        var all = await Task.WhenAll(
            channels.Select(channel => AtAsync(channel, on => LookAsync(on, channel, takeOfEach, cancellationToken), cancellationToken)));
        return [.. all.SelectMany(letters => letters)];
    }

    /// <summary>The same for those who have more to show: a bus that is away takes nothing else from them.</summary>
    /// <returns>The letters, or why there are none to be seen.</returns>
    public async Task<(IReadOnlyList<BusDeadLetter> Letters, string? Trouble)> TryReadAsync(
        IEnumerable<string> channels, int takeOfEach, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return (await ReadAsync(channels, takeOfEach, limit.Token), null);
        }
        catch (BusException e)
        {
            return ([], e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], "The bus gives no answer.");
        }
    }

    /// <summary>Sends a dead letter again, to its own channel only.</summary>
    /// <returns>Null: there is none with this id, for instance since it was sent before.</returns>
    /// <exception cref="BusException">The bus cannot be asked.</exception>
    public async Task<BusRedrive?> RedriveAsync(string id, IEnumerable<string> channels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IsOn || channels.FirstOrDefault(name => id.StartsWith($"{name}.", StringComparison.Ordinal)) is not { } channel) return null;
        return await AtAsync(channel, on => RedriveAsync(on, channel, id, cancellationToken), cancellationToken);
    }

    private async Task<T> AtAsync<T>(string channel, Func<OpenBus, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(await bus.OpenAsync(cancellationToken));
        }
        catch (Exception e) when (BusException.Of(e, _options.DeadLettersOf(channel)) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<IReadOnlyList<BusDeadLetter>> LookAsync(OpenBus on, string channel, int take, CancellationToken cancellationToken)
    {
        var entity = _options.DeadLettersOf(channel);
        var messages = _options.IsServiceBus
            ? await PeekAsync(on, entity, take, cancellationToken)
            : await TakeAndGiveBackAsync(on, entity, take, cancellationToken);
        return [.. messages.Select(message => BusDeadLetter.Of(channel, message))];
    }

    private static async Task<IReadOnlyList<Message>> PeekAsync(OpenBus on, string entity, int take, CancellationToken cancellationToken)
    {
        var management = await on.ManagementAsync(entity, cancellationToken);
        try
        {
            var found = await management.ManageAsync(
                "com.microsoft:peek-message", new Map { ["from-sequence-number"] = 0L, ["message-count"] = take }, entity, cancellationToken);
            return found?["messages"] is IList list ? [.. list.OfType<Map>().Select(entry => (byte[])entry["message"]).Select(Decoded)] : [];
        }
        finally
        {
            management.Drop();
        }
    }

    private static Message Decoded(byte[] bytes) => Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));

    private static async Task<IReadOnlyList<Message>> TakeAndGiveBackAsync(OpenBus on, string entity, int take, CancellationToken cancellationToken)
    {
        var link = await on.ReceiverAsync(entity, cancellationToken);
        List<Message> seen = [];
        try
        {
            link.SetCredit(take, CreditMode.Manual);
            while (seen.Count < take && await link.ReceiveAsync(NoMore) is { } message) seen.Add(message);
            return seen;
        }
        finally
        {
            GiveBack(link, seen);
        }
    }

    private async Task<BusRedrive?> RedriveAsync(OpenBus on, string channel, string id, CancellationToken cancellationToken)
    {
        var link = await on.ReceiverAsync(_options.DeadLettersOf(channel), cancellationToken);
        List<Message> others = [];
        try
        {
            // One at a time: whatever else is taken is locked meanwhile.
            while (others.Count < Deepest)
            {
                link.SetCredit(1, CreditMode.Manual);
                if (await link.ReceiveAsync(NoMore) is not { } message) return null;
                if (BusDeadLetter.IdOf(channel, message) == id) return await SendAgainAsync(link, channel, id, message, others, cancellationToken);
                others.Add(message);
            }
            return null;
        }
        finally
        {
            GiveBack(link, others);
        }
    }

    private async Task<BusRedrive> SendAgainAsync(
        ReceiverLink link, string channel, string id, Message message, List<Message> kept, CancellationToken cancellationToken)
    {
        kept.Add(message);
        var (envelope, why) = AlertEnvelope.Read(BusMessages.BodyOf(message));
        why ??= WhyTooOld(envelope!.Message.At);
        if (envelope is null || why is not null) return new(false, $"It cannot be sent. {why}");
        // An id of its own, or duplicate detection would drop it in silence; the same each time, so that a second press changes nothing.
        var again = $"{BusMessages.IdOf(envelope.Message, [channel])}:again-{id[(channel.Length + 1)..]}";
        await topic.SendAsync([(AlertEnvelope.Of(envelope.Message, [channel]), again)], cancellationToken);
        // Sent first, taken away after: a crash in between leaves a letter whose message is on its way, and the table of deliveries knows it.
        link.Accept(message);
        kept.Remove(message);
        return new(true, "Sent again.");
    }

    private string? WhyTooOld(DateTimeOffset at) => time.GetUtcNow() - at <= Oldest
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"It was made on {at.UtcDateTime:d MMM yyyy}, and what is older than {Oldest.Days} days is not sent any more: its alert is on the page.");

    // By release and not by a failed delivery: nobody tried to handle them.
    private static void GiveBack(ReceiverLink link, List<Message> messages)
    {
        if (!link.IsClosed) messages.ForEach(link.Release);
        Attachment.Drop(link);
    }
}
