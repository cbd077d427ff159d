using HubSpotMonitor.Local.Simulation.Webhooks;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>Sends signed requests to a server as HubSpot does. An answer other than 200 ends the benchmark.</summary>
internal sealed class WebhookLoad(MeasuredProcess server, TimeProvider time) : IDisposable
{
    /// <summary>HubSpot's own.</summary>
    public const int Concurrency = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly Uri _url = new(server.Address, "webhooks/hubspot");

    public MeasuredProcess Server => server;

    /// <summary>Sends as fast as the server takes it.</summary>
    public async Task<LoadFigures> RunAsync(IReadOnlyList<byte[]> bodies, CancellationToken cancellationToken)
    {
        var posts = EventLoad.Sign(bodies, time.GetUtcNow());
        var (started, processor) = (time.GetTimestamp(), server.ProcessorTime);
        await Parallel.ForEachAsync(posts, Options(cancellationToken), SendAsync);
        return new(posts.Count * EventLoad.Batch, time.GetElapsedTime(started), server.ProcessorTime - processor);
    }

    /// <summary>Sends at a steady pace.</summary>
    /// <returns>
    /// How long each answer took from the instant at which its request was due, shortest first: so a wait for a free connection counts.
    /// </returns>
    public async Task<IReadOnlyList<TimeSpan>> RunPacedAsync(
        IReadOnlyList<byte[]> bodies, double eventsPerSecond, CancellationToken cancellationToken)
    {
        var posts = EventLoad.Sign(bodies, time.GetUtcNow());
        var between = TimeSpan.FromSeconds(EventLoad.Batch / eventsPerSecond);
        var answers = new TimeSpan[posts.Count];
        var started = time.GetTimestamp();
        await Parallel.ForAsync(0, posts.Count, Options(cancellationToken), async (index, cancellationToken) =>
        {
            var due = index * between;
            if (due - time.GetElapsedTime(started) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
            await SendAsync(posts[index], cancellationToken);
            answers[index] = time.GetElapsedTime(started) - due;
        });
        return [.. answers.Order()];
    }

    public void Dispose() => _http.Dispose();

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };

    private async ValueTask SendAsync(SignedPost post, CancellationToken cancellationToken)
    {
        using var request = post.To(_url);
        using var answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}

/// <param name="Events">How many were stored.</param>
/// <param name="Elapsed">By the clock on the wall.</param>
/// <param name="ProcessorTime">Of the server.</param>
internal sealed record LoadFigures(int Events, TimeSpan Elapsed, TimeSpan ProcessorTime)
{
    public double PerSecond => Events / Elapsed.TotalSeconds;

    public double PerProcessorSecond => Events / ProcessorTime.TotalSeconds;
}
