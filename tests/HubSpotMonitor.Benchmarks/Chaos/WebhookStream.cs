using System.Collections.Concurrent;
using HubSpotMonitor.Benchmarks.Webhooks;
using HubSpotMonitor.Local.Simulation.Webhooks;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>Sends signed batches for as long as it lives, each again until it is acknowledged, and remembers which events were.</summary>
/// <param name="receivers">The hosts there are just now; each gets every batch.</param>
/// <param name="portal">The account.</param>
/// <param name="hubSpot">HubSpot's clock.</param>
internal sealed class WebhookStream(Func<IReadOnlyList<Uri>> receivers, long portal, TimeProvider hubSpot) : IDisposable
{
    private const int Senders = 3;
    private const int PerBatch = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromMilliseconds(200);

    // HubSpot waits five seconds for an answer.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentQueue<Batch> _again = [];
    private readonly CancellationTokenSource _noMore = new();
    private readonly ConcurrentDictionary<long, byte> _acknowledged = [];
    private int _batches;
    private int _answered;

    /// <summary>The events that were answered with 200.</summary>
    public ICollection<long> Acknowledged => _acknowledged.Keys;

    /// <summary>How many events there ever were.</summary>
    public long Sent => Volatile.Read(ref _batches) * (long)PerBatch;

    /// <summary>How many requests were answered with 200.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Ends when no more is wanted and all that was begun is acknowledged.</summary>
    public Task SendAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendOneByOneAsync(cancellationToken)));

    /// <summary>Begins no new batch; what failed is still sent again.</summary>
    public Task BeginNoMoreAsync() => _noMore.CancelAsync();

    public void Dispose()
    {
        _http.Dispose();
        _noMore.Dispose();
    }

    private async Task SendOneByOneAsync(CancellationToken cancellationToken)
    {
        while (Next() is { } batch)
        {
            if (await IsTakenAsync(batch, cancellationToken))
            {
                foreach (var item in batch.Events) _acknowledged[item.EventId] = 0;
                Interlocked.Increment(ref _answered);
                await Task.Delay(Pause, cancellationToken);
            }
            else
            {
                _again.Enqueue(batch with { Attempt = batch.Attempt + 1 });
                await Task.Delay(BeforeAgain, cancellationToken);
            }
        }
    }

    private Batch? Next()
    {
        if (_again.TryDequeue(out var again)) return again;
        if (_noMore.IsCancellationRequested) return null;
        var first = (Interlocked.Increment(ref _batches) - 1L) * PerBatch;
        var now = hubSpot.GetUtcNow().ToUnixTimeMilliseconds();
        return new([.. Enumerable.Range(0, PerBatch).Select(index => Event(first + index, now - index))], 0);
    }

    private async Task<bool> IsTakenAsync(Batch batch, CancellationToken cancellationToken)
    {
        var body = CrmEvent.Body([.. batch.Events.Select(item => item with { AttemptNumber = batch.Attempt })]);
        var post = SignedPost.Sign(body, EventLoad.Secret, EventLoad.PublicUrl, hubSpot.GetUtcNow());
        var taken = await Task.WhenAll(receivers().Select(receiver => IsTakenAsync(post, new(receiver, "webhooks/hubspot"), cancellationToken)));
        return taken.Contains(true);
    }

    private async Task<bool> IsTakenAsync(SignedPost post, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var request = post.To(url);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private CrmEvent Event(long id, long at) => new()
    {
        EventId = id,
        SubscriptionId = 1,
        PortalId = portal,
        AppId = 1,
        OccurredAt = at,
        SubscriptionType = "contact.propertyChange",
        ObjectId = 1000 + id,
        PropertyName = "notes",
        PropertyValue = $"value {id}",
        ChangeSource = "CRM_UI",
        SourceId = "userId:17",
    };

    private sealed record Batch(IReadOnlyList<CrmEvent> Events, int Attempt);
}
