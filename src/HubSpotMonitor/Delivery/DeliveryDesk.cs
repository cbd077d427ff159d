using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// Brings each message to each channel: written down before it is sent, closed after, tried again while the trouble may pass.
/// The table of deliveries is the in-process bus: what is queued there survives a crash.
/// </summary>
public sealed partial class DeliveryDesk(
    DeliveryTable deliveries, ChannelTable states, IEnumerable<IChannel> channels,
    IOptions<DeliveryOptions> options, TimeProvider time, ILogger<DeliveryDesk> logger)
{
    /// <summary>Over this the sender is taken for dead and the delivery for lost; a send gives up long before.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    /// <summary>Real time, whatever the clock: a run has its end, too. What is left goes out with the next one, a minute later.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    /// <summary>
    /// More than any channel takes by its own limit, and below the half minute that a host is given to stop: what was begun is not broken off.
    /// </summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(25);

    /// <summary>Half a minute, doubling up to half an hour: some five hours in all, not counting the time while the whole channel is down.</summary>
    private const int LargestAttempts = 14;

    /// <summary>
    /// A channel that took others between refusals of one message refuses that
    /// message, whatever its answer says: a filter on the way may dislike its words.
    /// </summary>
    private const int MostRefusals = 3;

    /// <summary>An alert that comes later than this is history: it is on the page.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(2);

    // Two functions of one process may deliver at once; across processes the claim keeps them apart.
    private readonly Dictionary<string, SemaphoreSlim> _gates = channels.ToDictionary(channel => channel.Name, _ => new SemaphoreSlim(1));

    private readonly DeliveryOptions _options = options.Value;

    /// <summary>The names of all channels that there are, on or off; a test holds them to the folders.</summary>
    public static IReadOnlyList<string> Known { get; } = ["email", "smtp", "teams", "slack", "webhook"];

    public IReadOnlyCollection<string> Channels => _gates.Keys;

    /// <summary>
    /// Takes a message for some channels; for one that is off by now it waits until others have it. A repeat is recognised and changes nothing.
    /// </summary>
    public async Task QueueAsync(AlertMessage message, IReadOnlyCollection<string> to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var channel in to.Where(Known.Contains))
            await QueueAsync(message, channel, now, cancellationToken);
    }

    /// <summary>
    /// Sends what is due, all channels at once: a slow one does not hold up the others. What waits for one that is off goes to others.
    /// </summary>
    public Task DeliverDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.WhenAll(channels.Select(channel => DeliverDueAsync(channel, now, cancellationToken)).Append(HandOverAsync(now, cancellationToken)));

    /// <summary>Sends what one channel has due; nothing where it is off.</summary>
    public Task DeliverDueAsync(string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        channels.FirstOrDefault(channel => channel.Name == name) is { } found ? DeliverDueAsync(found, now, cancellationToken) : Task.CompletedTask;

    /// <summary>How each channel is, for who watches the monitor itself.</summary>
    public async Task<IReadOnlyList<ChannelHealth>> ReadHealthAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await Task.WhenAll(Channels.Select(channel => ReadHealthAsync(channel, now, cancellationToken)));

    /// <summary>Sends a message to some channels only, now, on the way that every message takes, and tells what became of it.</summary>
    internal async Task<IReadOnlyList<AlertDelivery>> TryAsync(
        AlertMessage message, IReadOnlyCollection<string> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var name in names) await QueueAsync(message, name, now, cancellationToken);
        await Task.WhenAll(
            channels.Where(channel => names.Contains(channel.Name)).Select(channel => DeliverDueAsync(channel, now, cancellationToken)));
        return await Task.WhenAll(names.Select(async name => (await deliveries.ReadAsync(name, message, cancellationToken))!));
    }

    private Task<bool> QueueAsync(AlertMessage message, string channel, DateTimeOffset now, CancellationToken cancellationToken) =>
        deliveries.TryAddAsync(
            new() { Channel = channel, Message = message, State = DeliveryState.Queued, QueuedAt = now, DueAt = now }, cancellationToken);

    private async Task<ChannelHealth> ReadHealthAsync(string channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(channel, cancellationToken);
        var given = await deliveries.ReadGivenUpAsync(channel, now - ChannelHealth.Window, cancellationToken);
        List<AlertDelivery> counted = [.. given.Where(delivery => delivery.CountsAgainst(state, now) && !IsAboutDelivery(delivery.Message))];
        return new(state, counted.Count, counted.FirstOrDefault()?.LastError);
    }

    // A run may be minutes old when it comes here, and every send takes its time: a claim dated by the run's beginning could be over before its
    // message is sent, and another host would send it too.
    private DateTimeOffset Present(DateTimeOffset now) => time.GetUtcNow() is var present && present > now ? present : now;

    private async Task DeliverDueAsync(IChannel channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await _gates[channel.Name].WaitAsync(cancellationToken);
        try
        {
            var state = await states.ReadAsync(channel.Name, cancellationToken);
            var wasOpen = state.OpenSince is not null;
            state = await DeliverWaitingAsync(channel, state, now, began, cancellationToken);
            // A probe arrived: what waited for the channel's sake is due, in its order.
            if (wasOpen && state.OpenSince is null) state = await DeliverWaitingAsync(channel, state, now, began, cancellationToken);
            if (Breaker.IsDown(state, now)) await FallBackAllAsync(state, now, cancellationToken);
        }
        finally
        {
            _gates[channel.Name].Release();
        }
    }

    /// <returns>The channel's state from now on. A probe that arrives ends it.</returns>
    private async Task<ChannelState> DeliverWaitingAsync(
        IChannel channel, ChannelState before, DateTimeOffset now, long began, CancellationToken cancellationToken)
    {
        var state = before;
        foreach (var due in await ReadDueAsync(channel.Name, before, now, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(began) > LongestRun || (before.OpenSince is not null && state.OpenSince is null)) break;
            var present = Present(now);
            if (IsHistory(due.Delivery, present))
            {
                // What the breaker kept from a channel that is down was given up for the channel's sake.
                var over = state.OpenSince is null
                    ? due
                    : due with { Delivery = due.Delivery with { Attempts = Math.Max(1, due.Delivery.Attempts) } };
                await CloseAsync(
                    over,
                    $"It waited for {Words.Duration(present - due.Delivery.QueuedAt)} and is not sent any more. {due.Delivery.LastError}".TrimEnd(),
                    present);
                continue;
            }
            // Others behind it may be history, or a test.
            if (!Breaker.LetsThrough(state, present) && !IsProof(due.Delivery, state)) continue;
            if (await IsOvertakenAsync(due.Delivery, present, cancellationToken))
            {
                await CloseOvertakenAsync(due, present);
                continue;
            }
            // From here to the closing write nobody stops it: what the other side has taken would be sent again after a stop.
            var claim = due.Delivery with { State = DeliveryState.Sending, Begun = due.Delivery.Begun + 1, DueAt = present + Claim };
            if (await deliveries.TryWriteAsync(claim, due, CancellationToken.None) is not { } claimed) continue; // somebody else has it
            state = await DeliverAsync(channel, claimed, state, now);
        }
        return state;
    }

    /// <returns>The channel's state from now on.</returns>
    private async Task<ChannelState> DeliverAsync(IChannel channel, StoredDelivery claimed, ChannelState before, DateTimeOffset began)
    {
        using var span = Telemetry.Deliver(channel.Name, claimed.Delivery.Message);
        var failure = await SendAsync(channel, claimed.Delivery.Message);
        var now = Present(began);
        var tried = claimed.Delivery with
        {
            Attempts = claimed.Delivery.Attempts + 1,
            Probes = claimed.Delivery.Probes + (before.OpenSince is null ? 0 : 1),
            Refusals = claimed.Delivery.Refusals + (failure is { IsOfChannel: true } && before.OpenSince is null ? 1 : 0),
            LastError = failure?.Message,
        };
        var closed = failure is null ? tried with { State = DeliveryState.Sent, SentAt = now } : Failed(tried, failure, now);
        // The fallback has it before this channel gives it up: a crash in between sends twice, never not at all.
        if (closed.State == DeliveryState.Failed)
            closed = await FallBackAsync(closed, $"which gave it up: {closed.LastError}", now, CancellationToken.None);
        await deliveries.TryWriteAsync(closed, claimed, CancellationToken.None);
        Telemetry.Delivered(closed, now);
        if (failure is not null) Telemetry.Failed(span, failure);

        var after = failure switch
        {
            null => Breaker.AfterAnswer(before, now) with { TakenAt = now },
            _ when IsOfMessage(tried, failure) => Breaker.AfterAnswer(before, now),
            _ => Breaker.AfterFailure(before, failure, now),
        };
        if (after == before) return before;
        if ((before.OpenSince is null) != (after.OpenSince is null))
            LogBreaker(channel.Name, after.OpenSince is null ? "works again" : "is left alone but for a probe every few minutes", after.LastError);
        await states.WriteAsync(after, CancellationToken.None);
        return after;
    }

    /// <returns>What went wrong; null: the other side took it.</returns>
    private async Task<DeliveryException?> SendAsync(IChannel channel, AlertMessage message)
    {
        using var limit = new CancellationTokenSource(SendLimit, TimeProvider.System);
        try
        {
            var masked = Masking.Apply(message, _options);
            await channel.SendAsync(masked, limit.Token);
            LogSent(masked.Title, channel.Name);
            return null;
        }
        catch (DeliveryException e)
        {
            return e;
        }
        catch (OperationCanceledException)
        {
            return new($"The channel gave no answer within {SendLimit.TotalSeconds:0} s.", isPermanent: false);
        }
    }

    private AlertDelivery Failed(AlertDelivery tried, DeliveryException failure, DateTimeOffset now)
    {
        // Who asked for a test looks at the answer, and asks again when the channel is mended.
        var isAnswered = IsOfMessage(tried, failure) || (failure.IsOfChannel && tried.Message.IsTest);
        if (isAnswered || tried.Attempts - tried.Probes >= LargestAttempts || IsHistory(tried, now))
        {
            LogGivenUp(tried.Message.Id, tried.Channel, tried.Attempts, failure.Message);
            return tried with { State = DeliveryState.Failed, FailedAt = now };
        }
        LogPostponed(tried.Message.Id, tried.Channel, failure.Message);
        return tried with { State = DeliveryState.Queued, DueAt = now + Pause(tried.Attempts) };
    }

    private static bool IsOfMessage(AlertDelivery tried, DeliveryException failure) =>
        failure.IsPermanent || (failure.IsOfChannel && tried.Refusals >= MostRefusals);

    private static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(30 * Math.Pow(2, attempts - 1), 1800));

    private static bool IsHistory(AlertDelivery delivery, DateTimeOffset now) => now - delivery.QueuedAt >= LongestWait;

    /// <summary>Gives up what was not even tried now.</summary>
    private async Task CloseAsync(StoredDelivery waiting, string why, DateTimeOffset now)
    {
        var closed = waiting.Delivery with { State = DeliveryState.Failed, FailedAt = now, LastError = why };
        if (await deliveries.TryWriteAsync(closed, waiting, CancellationToken.None) is null) return; // somebody else has it
        LogGivenUp(closed.Message.Id, closed.Channel, closed.Attempts, why);
        Telemetry.Delivered(closed, now);
    }

    // Otherwise a channel's trouble with the message about its trouble would be news.
    private static bool IsAboutDelivery(AlertMessage message) => message.Finding.Rule == FailingDelivery.Rule;

    [LoggerMessage(LogLevel.Information, "Sent \"{Title}\" by {Channel}.")]
    private partial void LogSent(string title, string channel);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} will be sent again by {Channel}: {Error}")]
    private partial void LogPostponed(string messageId, string channel, string error);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} could not be sent by {Channel} after {Attempts} attempts: {Error}")]
    private partial void LogGivenUp(string messageId, string channel, int attempts, string error);

    [LoggerMessage(LogLevel.Warning, "Channel {Channel} {Says}. {Error}")]
    private partial void LogBreaker(string channel, string says, string? error);
}
