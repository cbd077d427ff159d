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

/// <summary>
/// Receives a channel's messages where no Functions host does it: each is locked while it is taken, completed when it is written down,
/// given back on trouble, and put among the dead letters with the reason when it is none of ours.
/// </summary>
public sealed partial class SubscriptionReader(BusConnection bus, IOptions<BusOptions> options, BusClock clock, ILogger<SubscriptionReader> logger)
{
    /// <summary>So many are locked at once. Few, since a lock's time begins when the broker sends.</summary>
    private const int AtOnce = 20;

    /// <summary>A plain broker's locks do not end by the clock, and RabbitMQ is slow to answer a credit that was used up.</summary>
    private const int AtOncePlain = 200;

    private const int LongestDescription = 200;

    private static readonly TimeSpan LookUp = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly BusOptions _options = options.Value;

    private int Most => _options.IsServiceBus ? AtOnce : AtOncePlain;

    /// <summary>Receives until it is cancelled; what is lost is opened again.</summary>
    /// <param name="channel">Whose subscription.</param>
    /// <param name="take">Called for several envelopes at once.</param>
    /// <param name="taken">Called when some were taken. It must not wait: meanwhile others are locked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(string channel, TakeEnvelope take, Action taken, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var entity = _options.SubscriptionOf(channel);
            try
            {
                var on = await bus.OpenAsync(cancellationToken);
                var link = await on.ReceiverAsync(entity, cancellationToken);
                failures = 0;
                await ReceiveAsync(new(link, on, channel, entity), take, taken, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && BusException.Of(e, entity) is { } failure)
            {
                LogLost(channel, failure.Message);
                var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures++), LongestPause.TotalSeconds));
                await Task.Delay(pause, clock.Time, cancellationToken);
            }
        }
    }

    private async Task ReceiveAsync(Subscription from, TakeEnvelope take, Action taken, CancellationToken cancellationToken)
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
                await Task.WhenAll(lot.Select(message => TakeAsync(from, message, take, cancellationToken)));
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

    private async Task TakeAsync(Subscription from, Message message, TakeEnvelope take, CancellationToken cancellationToken)
    {
        var (envelope, why) = AlertEnvelope.Read(BusMessages.BodyOf(message));
        if (envelope is null)
        {
            LogNotOurs(from.Channel, why!);
            from.Link.Reject(message, DeadLetter("NotOurs", why!));
            Telemetry.PutAside("bus", 1);
            return;
        }
        try
        {
            if (envelope.IsFor(from.Channel)) await KeepLockedAsync(from, message, take(envelope, cancellationToken), cancellationToken);
            from.Link.Accept(message);
        }
        // The edge: whatever it was, the message is given back, and after some times the broker puts it among the dead letters.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogGivenBack(e, from.Channel, envelope.Message.Id);
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
            LogNotRenewed(from.Channel, failure.Message);
        }
    }

    private static Error DeadLetter(string reason, string description) => new(new Symbol("com.microsoft:dead-letter"))
    {
        Info = new Fields
        {
            [new Symbol("DeadLetterReason")] = reason,
            [new Symbol("DeadLetterErrorDescription")] = description.Length <= LongestDescription ? description : description[..LongestDescription],
        },
    };

    private sealed record Subscription(ReceiverLink Link, OpenBus On, string Channel, string Entity)
    {
        public Requests? Management { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "The subscription of {Channel} was lost and will be opened again: {Error}")]
    private partial void LogLost(string channel, string error);

    [LoggerMessage(LogLevel.Error, "A message in the subscription of {Channel} was put among the dead letters: {Why}")]
    private partial void LogNotOurs(string channel, string why);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Channel} could not be written down and is given back to the bus.")]
    private partial void LogGivenBack(Exception exception, string channel, string messageId);

    [LoggerMessage(LogLevel.Warning, "The lock of a message of {Channel} could not be renewed: {Error}")]
    private partial void LogNotRenewed(string channel, string error);
}
