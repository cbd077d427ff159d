using Amqp;
using Polly;
using Polly.Retry;

namespace HubSpotMonitor.Bus.Links;

/// <summary>
/// Sends to a topic or queue by one link, made when it is needed and again when it was lost. Every try to send the same message carries the same
/// id, so the entity's duplicate detection folds a message whose first acknowledgement was lost.
/// </summary>
internal sealed class EntitySender : IDisposable
{
    /// <summary>A frozen peer is noticed by this, long before its silence is.</summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(10);

    /// <summary>The smallest that Service Bus has (Standard, emulator): for a broker that tells no limit.</summary>
    private const ulong UsualLimit = 256 * 1024;

    /// <summary>Of a batch's own sections, generously.</summary>
    private const int BatchOverhead = 1024;

    /// <summary>Around each message of a batch.</summary>
    private const int EntryOverhead = 16;

    private readonly BusConnection _bus;
    private readonly BusOptions _options;
    private readonly string _entity;
    private readonly ResiliencePipeline _retry;
    private readonly SemaphoreSlim _gate = new(1);
    private (SenderLink Link, ulong Largest, OpenBus On)? _sender;

    public EntitySender(BusConnection bus, BusOptions options, BusClock clock, string entity)
    {
        (_bus, _options, _entity) = (bus, options, entity);
        _retry = new ResiliencePipelineBuilder { TimeProvider = clock.Time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<BusException>(e => !e.IsPermanent),
        }).Build();
    }

    /// <param name="messages">Made anew for each try: a message that was given to a link cannot be given to another.</param>
    /// <param name="cancellationToken">Stops it between two transfers.</param>
    /// <exception cref="BusException">The bus did not take them all.</exception>
    public async Task SendAsync(IReadOnlyList<Func<Message>> messages, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < messages.Count;)
        {
            var from = sent;
            sent += await _retry.ExecuteAsync(async token => await SendSomeAsync(messages.Skip(from), token), cancellationToken);
        }
    }

    public void Dispose()
    {
        Attachment.Drop(_sender?.Link);
        _gate.Dispose();
    }

    /// <returns>How many went out: as many as fit into one transfer.</returns>
    private async Task<int> SendSomeAsync(IEnumerable<Func<Message>> messages, CancellationToken cancellationToken)
    {
        var (link, largest, on) = await SenderAsync(cancellationToken);
        var batch = Fitting(messages, largest);
        try
        {
            await link.SendAsync(BusMessages.Batch(batch), SendLimit).WaitAsync(cancellationToken);
            // Off the thread that reads the connection, on which nobody may wait.
            await Task.Yield();
            return batch.Count;
        }
        catch (Exception e) when (BusException.Of(e, _entity) is { } failure)
        {
            // Silence may be a frozen peer's: then the whole connection is worth nothing.
            if (e is TimeoutException) on.Close();
            else if (!failure.IsPermanent) Attachment.Drop(link);
            throw failure;
        }
    }

    private List<Message> Fitting(IEnumerable<Func<Message>> messages, ulong largest)
    {
        List<Message> batch = [];
        ulong size = BatchOverhead;
        foreach (var message in messages.Select(make => make()))
        {
            var bytes = (ulong)BusMessages.SizeOf(message);
            // The client library looks at no limit, and the broker would end the link.
            if (bytes > largest)
            {
                throw new BusException(
                    $"Message {message.Properties.MessageId} has {bytes} bytes, but {_entity} takes at most {largest}.", isPermanent: true);
            }
            if (batch.Count > 0 && (!_options.IsServiceBus || size + bytes + EntryOverhead > largest)) break;
            batch.Add(message);
            size += bytes + EntryOverhead;
        }
        return batch;
    }

    private async Task<(SenderLink Link, ulong Largest, OpenBus On)> SenderAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var on = await _bus.OpenAsync(cancellationToken);
            if (_sender is { Link.IsClosed: false } sender && sender.On == on) return sender;
            Attachment.Drop(_sender?.Link);
            _sender = null;
            var (link, largest) = await on.SenderAsync(_entity, cancellationToken);
            _sender = (link, largest == 0 ? UsualLimit : largest, on);
            return _sender.Value;
        }
        catch (Exception e) when (BusException.Of(e, _entity) is { } failure)
        {
            throw failure;
        }
        finally
        {
            _gate.Release();
        }
    }
}
