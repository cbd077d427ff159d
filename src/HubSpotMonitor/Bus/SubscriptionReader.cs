using Amqp;
using Amqp.Framing;
using Amqp.Types;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus;

/// <summary>Takes one envelope for a channel; returning means that it is written down.</summary>
public delegate Task TakeEnvelope(AlertEnvelope envelope, CancellationToken cancellationToken);

/// <summary>Does what one order asks for; returning means that it is done with.</summary>
public delegate Task TakeOrder(PollOrder order, CancellationToken cancellationToken);

/// <summary>
/// Receives a channel's messages, and the orders to poll, where no Functions host does it: each is locked while it is taken, completed when that is
/// done, given back on trouble, and put among the dead letters with the reason when it is none of ours.
/// </summary>
public sealed partial class SubscriptionReader(BusConnection bus, IOptions<BusOptions> options, BusClock clock, ILogger<SubscriptionReader> logger)
{
    /// <summary>So many are locked at once. Few, since a lock's time begins when the broker sends.</summary>
    private const int AtOnce = 20;

    /// <summary>A plain broker's locks do not end by the clock, and RabbitMQ is slow to answer a credit that was used up.</summary>
    private const int AtOncePlain = 200;

    private static readonly TimeSpan LookUp = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly BusOptions _options = options.Value;

    private int Most => _options.IsServiceBus ? AtOnce : AtOncePlain;

    /// <summary>Receives until it is cancelled; what is lost is opened again.</summary>
    /// <param name="channel">Whose subscription.</param>
    /// <param name="take">Called for several envelopes at once.</param>
    /// <param name="taken">Called when some were taken. It must not wait: meanwhile others are locked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunAsync(string channel, TakeEnvelope take, Action taken, CancellationToken cancellationToken) =>
        RunAsync(_options.SubscriptionOf(channel), message => Open(message, channel, take), taken, cancellationToken);

    /// <summary>Receives orders until it is cancelled; what is lost is opened again.</summary>
    public Task RunPollsAsync(TakeOrder take, CancellationToken cancellationToken) =>
        RunAsync(_options.Polls, message => Open(message, take), () => { }, cancellationToken);

    private static Opened Open(Message message, string channel, TakeEnvelope take)
    {
        var (envelope, why) = AlertEnvelope.Read(BusMessages.BodyOf(message));
        if (envelope is null) return new(null, why!);
        return new(token => envelope.IsFor(channel) ? take(envelope, token) : Task.CompletedTask, envelope.Message.Id);
    }

    private static Opened Open(Message message, TakeOrder take) => PollOrder.Read(BusMessages.BodyOf(message)) is { } order
        ? new(token => take(order, token), order.Id)
        : new(null, "The body is no order of this monitor.");

    private async Task RunAsync(string entity, Func<Message, Opened> open, Action taken, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var on = await bus.OpenAsync(cancellationToken);
                var link = await on.ReceiverAsync(entity, cancellationToken);
                failures = 0;
                await ReceiveAsync(new(link, on, entity), open, taken, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && BusException.Of(e, entity) is { } failure)
            {
                LogLost(entity, failure.Message);
                var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures++), LongestPause.TotalSeconds));
                await Task.Delay(pause, clock.Time, cancellationToken);
            }
        }
    }

    private async Task ReceiveAsync(Subscription from, Func<Message, Opened> open, Action taken, CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.Register(() => Attachment.Drop(from.Link));
        from.Link.SetCredit(Most, CreditMode.Manual);
        try
        {
            while (!from.Link.IsClosed)
            {
                if (await from.Link.ReceiveAsync(LookUp).WaitAsync(cancellationToken) is not { } first) continue;
                // Off the thread that reads the connection.
                await Task.Yield();
                List<Message> lot = [first];
                // Not the asynchronous one: with a time of zero it never ends when there is none (AMQPNetLite 2.5.5).
                while (lot.Count < AtOnce && from.Link.Receive(TimeSpan.Zero) is { } next) lot.Add(next);
                await Task.WhenAll(lot.Select(message => TakeAsync(from, message, open(message), cancellationToken)));
                from.Link.SetCredit(lot.Count, CreditMode.Manual);
                taken();
            }
        }
        finally
        {
            Attachment.Drop(from.Link);
            from.Management?.Drop();
        }
        cancellationToken.ThrowIfCancellationRequested();
        throw new ObjectDisposedException(from.Entity);
    }

    private async Task TakeAsync(Subscription from, Message message, Opened opened, CancellationToken cancellationToken)
    {
        if (opened.Take is not { } take)
        {
            LogNotOurs(from.Entity, opened.Says);
            from.Link.Reject(message, DeadLetter("NotOurs", opened.Says));
            Telemetry.PutAside("bus", 1);
            return;
        }
        try
        {
            await KeepLockedAsync(from, message, take(cancellationToken), cancellationToken);
            from.Link.Accept(message);
        }
        // The edge: whatever it was, the message is given back, and after some times the broker puts it among the dead letters.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogGivenBack(e, from.Entity, opened.Says);
            GiveBack(from.Link, message);
        }
    }

    // RabbitMQ 3.10 ends the session on a modified outcome.
    private void GiveBack(ReceiverLink link, Message message)
    {
        if (link.IsClosed) return;
        if (_options.IsServiceBus) link.Modify(message, deliveryFailed: true);
        else link.Release(message);
    }

    private async Task KeepLockedAsync(Subscription from, Message message, Task taking, CancellationToken cancellationToken)
    {
        while (_options.IsServiceBus && !taking.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var turn = Task.Delay(Locks.RenewEvery, clock.Time, stop.Token);
            var first = await Task.WhenAny(taking, turn);
            await stop.CancelAsync();
            if (first != taking) await RenewAsync(from, message, cancellationToken);
        }
        await taking;
    }

    private async Task RenewAsync(Subscription from, Message message, CancellationToken cancellationToken)
    {
        try
        {
            if (from.Management is not { IsClosed: false }) from.Management = await from.On.ManagementAsync(from.Entity, cancellationToken);
            await Locks.RenewAsync(from.Management, message, from.Entity, cancellationToken);
        }
        catch (Exception e) when (BusException.Of(e, from.Entity) is { } failure)
        {
            // The lock may end: then the message comes again and is recognised.
            LogNotRenewed(from.Entity, failure.Message);
        }
    }

    private static Error DeadLetter(string reason, string description) => new(new Symbol("com.microsoft:dead-letter"))
    {
        Info = new Fields
        {
            [new Symbol("DeadLetterReason")] = reason,
            [new Symbol("DeadLetterErrorDescription")] = description,
        },
    };

    /// <param name="Take">What it asks for; null: it is none of ours.</param>
    /// <param name="Says">Its id, or why it is none.</param>
    private sealed record Opened(Func<CancellationToken, Task>? Take, string Says);

    private sealed record Subscription(ReceiverLink Link, OpenBus On, string Entity)
    {
        public Requests? Management { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "The link to {Entity} was lost and will be opened again: {Error}")]
    private partial void LogLost(string entity, string error);

    [LoggerMessage(LogLevel.Error, "A message of {Entity} was put among the dead letters: {Why}")]
    private partial void LogNotOurs(string entity, string why);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Entity} could not be taken and is given back to the bus.")]
    private partial void LogGivenBack(Exception exception, string entity, string messageId);

    [LoggerMessage(LogLevel.Warning, "The lock of a message of {Entity} could not be renewed: {Error}")]
    private partial void LogNotRenewed(string entity, string error);
}
