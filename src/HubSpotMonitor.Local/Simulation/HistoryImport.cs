namespace HubSpotMonitor.Local.Simulation;

/// <summary>Hands the host what it would have read in the past, through its own API.</summary>
internal sealed class HistoryImport(Uri host, Action<string> say)
{
    private const int ChunkSize = 10_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    public async Task SendAsync(IEnumerable<HistoryReading> readings, CancellationToken cancellationToken)
    {
        say($"History: {History.Days} days of readings");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host };
        var sent = 0;
        foreach (var chunk in readings.Chunk(ChunkSize))
        {
            await SendChunkAsync(http, chunk, cancellationToken);
            sent += chunk.Length;
            say($"History: {sent:N0} sent");
        }
    }

    private static async Task SendChunkAsync(HttpClient http, HistoryReading[] chunk, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var problem = "it did not answer";
        try
        {
            while (await TryAsync(http, chunk, limit.Token) is { } failed)
            {
                problem = failed;
                await Task.Delay(TryAgain, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused($"{problem}, and not better within {Limit.TotalSeconds:0} seconds");
        }
    }

    /// <summary>Null when it went well, otherwise what went wrong for now.</summary>
    private static async Task<string?> TryAsync(HttpClient http, HistoryReading[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync("api/readings", chunk, HistoryJson.Default.HistoryReadingArray, cancellationToken);
            if ((int)answer.StatusCode is >= 400 and < 500)
                throw Refused($"it answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}".Trim());
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException problem)
        {
            return problem.Message;
        }
    }

    private static CannotRunException Refused(string why) => new($"The host did not take the history of readings: {why}.");
}
