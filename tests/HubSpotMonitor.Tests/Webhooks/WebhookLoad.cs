using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>How one request ended.</summary>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="WasCut">The connection broke before an answer, so that nobody knows whether it was stored.</param>
/// <param name="Began">The load's phase when it was sent.</param>
/// <param name="Ended">The load's phase when its answer came.</param>
/// <param name="Took">From sending to the answer.</param>
internal sealed record LoadAnswer(HttpStatusCode? Status, bool WasCut, int Began, int Ended, TimeSpan Took);

/// <summary>
/// Sends as HubSpot does under load: some batches in flight at any time, which overlap, some of them twice at once, and each again with a
/// higher number of the attempt until it is answered 200. Remembers what was acknowledged, to be compared with the tables in the end.
/// </summary>
internal sealed class WebhookLoad(Uri host) : IDisposable
{
    private const int InFlight = 9;
    private const int PerBatch = 20;
    private const int Step = 12;
    private const int SentTwice = 5;
    private const int GivenUp = 11;

    /// <summary>After a try that was not taken: a host that starts has better to do.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Types = ["contact.propertyChange", "contact.deletion", "deal.creation"];
    private static readonly string[] Letters = ["a", "Z", " ", "é", "東", "😀", "\"", "\\", "\n", "</b>", "\u2028"];

    private readonly Uri _address = new(host, "webhooks/hubspot");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly DateTimeOffset _from = TimeProvider.System.GetUtcNow().AddHours(-2);
    private readonly ConcurrentQueue<Batch> _again = [];
    private readonly ConcurrentQueue<LoadAnswer> _answers = [];
    private readonly ConcurrentDictionary<int, bool> _acknowledged = [];
    private readonly CancellationTokenSource _noMore = new();
    private int _batches = -1;

    /// <summary>Set by the test, to tell the answers of one time from those of another.</summary>
    public int Phase { get; set; }

    public IReadOnlyCollection<LoadAnswer> Answers => _answers;

    public int Acknowledged => _answers.Count(answer => answer.Status == HttpStatusCode.OK);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Ends when no more is wanted and all that was sent is acknowledged or given up.</summary>
    public Task SendAsync(CancellationToken limit) => Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => SendOneByOneAsync(limit)));

    /// <summary>Begins no new batch; what failed is still sent again.</summary>
    public Task BeginNoMoreAsync() => _noMore.CancelAsync();

    public void Dispose()
    {
        _http.Dispose();
        _noMore.Dispose();
    }

    /// <summary>
    /// Compares the tables with what was sent: acknowledged events are there, each event once and byte for byte, and the counts agree.
    /// </summary>
    /// <returns>How many events are stored.</returns>
    public async Task<int> CheckAsync(EventTable table)
    {
        var (from, to) = (_from.AddHours(-1), _from.AddHours(4));
        List<StoredEvent> all = [];
        foreach (var portal in (long[])[ReceivingHost.Acme, ReceivingHost.Globex])
        {
            var stored = await table.ReadAsync(portal, null, from, to, Stop).ToListAsync(Stop);
            var counts = await table.ReadCountsAsync(portal, from, to, Stop);
            counts.ToDictionary(count => (count.Minute, count.Type, count.Source), count => count.Count)
                .ShouldBe(
                    stored.GroupBy(item => (item.Event.Minute, item.Event.Type, item.Event.Source))
                        .ToDictionary(same => same.Key, same => same.Count()),
                    ignoreOrder: true);
            all.AddRange(stored);
        }
        var ids = all.Select(Recognise).ToList();
        ids.Count.ShouldBe(ids.Distinct().Count(), "no event is there twice");
        _acknowledged.Keys.Except(ids).ShouldBeEmpty("nothing acknowledged is missing");
        ids.ShouldAllBe(id => id < (_batches * Step) + PerBatch);
        return ids.Count;
    }

    private async Task SendOneByOneAsync(CancellationToken limit)
    {
        while (Next() is { } batch)
        {
            limit.ThrowIfCancellationRequested();
            if (await PostAsync(batch, limit) == HttpStatusCode.OK)
            {
                foreach (var id in batch.Events) _acknowledged[id] = true;
            }
            else
            {
                // HubSpot, too, gives up at some time.
                if (batch.Number % GivenUp != 0) _again.Enqueue(batch with { Attempt = batch.Attempt + 1 });
                await Task.Delay(Pause, limit);
            }
        }
    }

    private Batch? Next()
    {
        if (_again.TryDequeue(out var again)) return again;
        if (_noMore.IsCancellationRequested) return null;
        var batch = new Batch(Interlocked.Increment(ref _batches), 0);
        if (batch.Number % SentTwice == 0) _again.Enqueue(batch);
        return batch;
    }

    private async Task<HttpStatusCode?> PostAsync(Batch batch, CancellationToken limit)
    {
        var (phase, sent) = (Phase, TimeProvider.System.GetTimestamp());
        HttpStatusCode? status = null;
        var wasCut = false;
        try
        {
            using var request = Request(Encoding.UTF8.GetBytes($"[{string.Join(',', batch.Events.Select(id => Text(id, batch.Attempt)))}]"));
            // The answer counts from its first line on, as it does for HubSpot.
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            status = answer.StatusCode;
        }
        catch (HttpRequestException exception)
        {
            wasCut = exception.HttpRequestError != HttpRequestError.ConnectionError;
        }
        _answers.Enqueue(new(status, wasCut, phase, Phase, TimeProvider.System.GetElapsedTime(sent)));
        return status;
    }

    private HttpRequestMessage Request(byte[] body)
    {
        var signed = Signed.Request(body, TimeProvider.System.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-HubSpot-Signature-v3", signed.SignatureV3);
        request.Headers.Add("X-HubSpot-Request-Timestamp", signed.Timestamp);
        return request;
    }

    /// <summary>Which event it is, after it was compared byte for byte with what was sent.</summary>
    private int Recognise(StoredEvent stored)
    {
        using var json = JsonDocument.Parse(stored.Event.Raw);
        var id = json.RootElement.GetProperty("eventId").GetInt32();
        var sent = Text(id, json.RootElement.GetProperty("attemptNumber").GetInt32());
        stored.Event.Raw.Span.SequenceEqual(Encoding.UTF8.GetBytes(sent))
            .ShouldBeTrue($"{Encoding.UTF8.GetString(stored.Event.Raw.Span)} is not what was sent: {sent}");
        return id;
    }

    // The same event is always the same text, but for the attempt.
    private string Text(int id, int attempt)
    {
        var random = new Random(id);
        var value = string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => Letters[random.Next(Letters.Length)]));
        var portal = id % 4 == 0 ? ReceivingHost.Globex : ReceivingHost.Acme;
        var item = Payload.Event(id, _from.AddMilliseconds(40 * id), Types[id % Types.Length], portal, attempt, id % 2 == 0 ? "9393361" : "17")
            .With("propertyName", "notes")
            .With("propertyValue", value);
        return item.ToJsonString(Readable);
    }

    private sealed record Batch(int Number, int Attempt)
    {
        public IEnumerable<int> Events => Enumerable.Range(Number * Step, PerBatch);
    }
}
