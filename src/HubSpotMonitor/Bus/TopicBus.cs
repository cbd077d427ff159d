using Amqp;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace HubSpotMonitor.Bus;

/// <summary>
/// Sends to the topic by one link, made when it is needed and again when it was lost. Every try to send the same parcel carries the same
/// message id, so the topic's duplicate detection folds a message whose first acknowledgement was lost.
/// </summary>
public sealed class TopicBus : IAlertBus, IDisposable
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
    private readonly ResiliencePipeline _retry;
    private readonly SemaphoreSlim _gate = new(1);
    private (SenderLink Link, ulong Largest, OpenBus On)? _sender;

    public TopicBus(BusConnection bus, IOptions<BusOptions> options, BusClock clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        _bus = bus;
        _options = options.Value;
        _retry = new ResiliencePipelineBuilder { TimeProvider = clock.Time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<BusException>(e => !e.IsPermanent),
        }).Build();
    }

    public Task PublishAsync(IReadOnlyList<Parcel> parcels, DateTimeOffset now, CancellationToken cancellationToken) =>
        SendAsync([.. parcels.Where(parcel => parcel.Channels.Count > 0).Select(parcel => (AlertEnvelope.Of(parcel.Message, parcel.Channels), BusMessages.IdOf(parcel)))], cancellationToken);

    internal async Task SendAsync(IReadOnlyList<(AlertEnvelope Envelope, string Id)> envelopes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < envelopes.Count;)
        {
            var from = sent;
            sent += await _retry.ExecuteAsync(async token => await SendSomeAsync([.. envelopes.Skip(from)], token), cancellationToken);
        }
    }

    public void Dispose()
    {
        Attachment.Drop(_sender?.Link);
        _gate.Dispose();
    }

    /// <returns>How many went out: as many as fit into one transfer.</returns>
    private async Task<int> SendSomeAsync(IReadOnlyList<(AlertEnvelope Envelope, string Id)> envelopes, CancellationToken cancellationToken)
    {
        var (link, largest, on) = await SenderAsync(cancellationToken);
        // Made anew for each try: a message that was given to a link cannot be given to another.
        var batch = Fitting(envelopes, largest);
        try
        {
            await link.SendAsync(BusMessages.Batch(batch), SendLimit).WaitAsync(cancellationToken);
            // Off the thread that reads the connection, on which nobody may wait.
            await Task.Yield();
            return batch.Count;
        }
        catch (Exception e) when (BusException.Of(e, _options.Topic) is { } failure)
        {
            // Silence may be a frozen peer's: then the whole connection is worth nothing.
            if (e is TimeoutException) on.Close();
            else if (!failure.IsPermanent) Attachment.Drop(link);
            throw failure;
        }
    }

    private List<Message> Fitting(IReadOnlyList<(AlertEnvelope Envelope, string Id)> envelopes, ulong largest)
    {
        List<Message> batch = [];
        ulong size = BatchOverhead;
        foreach (var (envelope, id) in envelopes)
        {
            var message = BusMessages.Of(envelope, id);
            var bytes = (ulong)BusMessages.SizeOf(message);
            // The client library looks at no limit, and the broker would end the link.
            if (bytes > largest) throw new BusException($"Message {id} has {bytes} bytes, but {_options.Topic} takes at most {largest}.", isPermanent: true);
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
            var (link, largest) = await on.SenderAsync(_options.Topic, cancellationToken);
            _sender = (link, largest == 0 ? UsualLimit : largest, on);
            return _sender.Value;
        }
        catch (Exception e) when (BusException.Of(e, _options.Topic) is { } failure)
        {
            throw failure;
        }
        finally
        {
            _gate.Release();
        }
    }
}
