using System.Runtime.CompilerServices;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>
/// Sends an account's events as HubSpot does: up to 100 in a request, ten requests at a time, five seconds for each, ten more attempts for
/// what failed, now and then a batch twice or an older one after a newer one. One call at a time.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    public const int LargestBatch = 100;
    public const int MostInFlight = 10;

    private const int RetrySource = 2700;

    // In a run, where a simulated hour may pass in a second.
    private const int MostForgeriesInAStep = 12;

    // Together 22 hours, with the greatest delays just under a day.
    private static readonly double[] RetryAfterMinutes = [1, 5, 15, 30, 60, 120, 180, 240, 300, 360];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(50);

    private readonly SimulatedAccount _account;
    private readonly WebhookTarget _target;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly Action<string> _say;
    private readonly WebhookPlan _plan;
    private readonly PriorityQueue<WebhookDelivery, DateTimeOffset> _retries = new();
    private readonly Lock _lock = new();
    private WebhookCounts _counts = new();

    /// <param name="account">Whose events are sent.</param>
    /// <param name="runs">What happened and happens to it.</param>
    /// <param name="target">Where they are sent.</param>
    /// <param name="clock">The time that HubSpot lives in.</param>
    /// <param name="http">What sends; disposed with the sender.</param>
    /// <param name="say">Where it is told, once, that events are given up or a forgery was taken for HubSpot's.</param>
    public WebhookSender(
        SimulatedAccount account,
        IReadOnlyList<ScenarioRun> runs,
        WebhookTarget target,
        TimeProvider clock,
        HttpClient? http = null,
        Action<string>? say = null)
    {
        _account = account;
        _target = target;
        _clock = clock;
        _http = http ?? new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = MostInFlight });
        _say = say ?? (_ => { });
        _plan = new(account, runs);
    }

    /// <summary>Since the beginning.</summary>
    public WebhookCounts Counts
    {
        get
        {
            lock (_lock)
                return _counts;
        }
    }

    /// <summary>
    /// Sends the events from an instant on and before another, the forgeries of that time, and every retry that is due by the clock.
    /// What fails is due again by the clock, and sent in a later call.
    /// </summary>
    /// <returns>What was sent in this call.</returns>
    public async Task<WebhookCounts> SendAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var before = Counts;
        var all = Deliveries(from, to).Concat(_plan.Late()).Concat(_plan.Forged(from, to));
        await Parallel.ForEachAsync(all, Parallelism(cancellationToken), SendOneAsync);
        return Counts.Since(before);
    }

    /// <summary>
    /// Sends what happens, when it happens, until it is cancelled. However fast time passes, requests do not come faster than a host can store them.
    /// </summary>
    internal async Task RunAsync(SimulatedClock clock, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var second = TimeSpan.FromSeconds(clock.Speed);
        var step = second > ShortestStep ? second : ShortestStep;
        while (true)
        {
            await clock.UntilAsync(from + step, cancellationToken);
            var to = clock.GetUtcNow();
            // What is late may be so until the next step.
            var paced = PacedAsync(Deliveries(from, to).Concat(_plan.Forged(from, to).Take(MostForgeriesInAStep)), clock, cancellationToken);
            await Parallel.ForEachAsync(paced, Parallelism(cancellationToken), SendOneAsync);
            from = to;
        }
    }

    public void Dispose() => _http.Dispose();

    private static ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = MostInFlight, CancellationToken = cancellationToken };

    private static async IAsyncEnumerable<WebhookDelivery> PacedAsync(
        IEnumerable<WebhookDelivery> deliveries, SimulatedClock clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            yield return delivery;
            await clock.UntilAsync(clock.GetUtcNow() + (clock.Speed * BetweenRequests), cancellationToken);
        }
    }

    private IEnumerable<WebhookDelivery> Deliveries(DateTimeOffset from, DateTimeOffset to)
    {
        while (TakeDue() is { } retry)
            yield return retry;
        foreach (var delivery in _plan.Between(from, to))
            yield return delivery;
    }

    private WebhookDelivery? TakeDue()
    {
        var now = _clock.GetUtcNow();
        if (_plan.IsStopped(now))
            return null;
        lock (_lock)
            return _retries.TryPeek(out _, out var due) && due <= now ? _retries.Dequeue() : null;
    }

    private async ValueTask SendOneAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var secret = _plan.IsRotated(now) ? _target.NextSecret : _target.Secret;
        var post = delivery.Forgery?.Post(_account, secret, _target.SignedUrl, now)
            ?? SignedPost.Sign(CrmEvent.Body(delivery.Events), secret, _target.SignedUrl, now);
        var taken = await IsTakenAsync(post, cancellationToken);
        if (delivery.Forgery is { } forgery)
            CountForgery(forgery, taken);
        else if (delivery.IsDuplicate)
            Count(counts => counts with { Requests = counts.Requests + 1, Duplicates = counts.Duplicates + 1 });
        else
            CountBatch(delivery, taken);
    }

    private async Task<bool> IsTakenAsync(SignedPost post, CancellationToken cancellationToken)
    {
        // Real time, whatever the clock: the host is real too.
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = post.To(_target.Url);
        try
        {
            using var answer = await _http.SendAsync(request, linked.Token);
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

    private void CountBatch(WebhookDelivery delivery, bool taken)
    {
        var isRetry = delivery.Attempt > 0;
        var isGivenUp = !taken && delivery.Attempt == RetryAfterMinutes.Length;
        if (!taken && !isGivenUp)
            SendAgain(delivery);
        var events = delivery.Events.Count;
        var before = Count(counts => counts with
        {
            Requests = counts.Requests + 1,
            Retries = counts.Retries + (isRetry ? 1 : 0),
            Sent = counts.Sent + (isRetry ? 0 : events),
            Acknowledged = counts.Acknowledged + (taken ? events : 0),
            GivenUp = counts.GivenUp + (isGivenUp ? events : 0),
        });
        if (isGivenUp && before.GivenUp == 0)
            _say($"Webhooks: HubSpot gives up {events} events, which the host has not taken in {delivery.Attempt + 1} attempts. This is told once.");
    }

    private void CountForgery(Forgery forgery, bool taken)
    {
        var before = Count(counts => counts with { Forged = counts.Forged + 1, ForgedAccepted = counts.ForgedAccepted + (taken ? 1 : 0) });
        if (taken && before.ForgedAccepted == 0)
            _say($"Webhooks: the host took a request for HubSpot's that is not ({forgery.Kind}). This is told once.");
    }

    private void SendAgain(WebhookDelivery delivery)
    {
        var draw = new Draw(_account.Seed, RetrySource + delivery.Attempt, delivery.Events[0].EventId);
        var due = _clock.GetUtcNow() + TimeSpan.FromMinutes(RetryAfterMinutes[delivery.Attempt] * (0.95 + (0.1 * draw.Unit())));
        var next = delivery.NextAttempt();
        lock (_lock)
            _retries.Enqueue(next, due);
    }

    /// <returns>The counts before.</returns>
    private WebhookCounts Count(Func<WebhookCounts, WebhookCounts> add)
    {
        lock (_lock)
        {
            var before = _counts;
            _counts = add(before);
            return before;
        }
    }
}
