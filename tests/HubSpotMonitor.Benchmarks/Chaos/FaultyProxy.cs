using System.Text;
using HubSpotMonitor.Local.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>What is wrong on the way to a server.</summary>
internal enum ProxyFault
{
    None,

    /// <summary>The answer comes, but late.</summary>
    Slow,

    /// <summary>500 with a page for people.</summary>
    Errors,

    /// <summary>The connection breaks in the middle of the body.</summary>
    Half,

    /// <summary>200 with JSON of another shape.</summary>
    WrongJson,

    /// <summary>429.</summary>
    Limits,

    /// <summary>401.</summary>
    Refuses,

    /// <summary>Some writes of the store are told that somebody else was faster, and are not done.</summary>
    Conflicts,

    /// <summary>
    /// Some writes of the store are done, and whoever sent them does not hear of it: the connection breaks, or the store says that it failed.
    /// </summary>
    AnswersLost,

    /// <summary>Some requests to the store are not done: it is busy.</summary>
    Busy,
}

/// <summary>Stands between the host and a server that works, and passes everything on as long as nothing is wrong.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const string Limited =
        """{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}""";
    private const string Refused =
        """{"status":"error","message":"The access token is invalid, expired or revoked.","category":"INVALID_AUTHENTICATION"}""";
    private const string OtherShape = """{"results":{"used":"many"},"portalId":"none","paging":[]}""";

    /// <summary>Of the requests that a fault of the store may strike; chance decides which.</summary>
    private const double Share = 1.0 / 3;

    // Azurite closes a connection that was idle for five seconds.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) });
    private readonly Uri _target;
    private LoopbackServer _server = null!;
    private volatile ProxyFault _fault;

    private FaultyProxy(Uri target) => _target = target;

    public Uri Address => _server.Address;

    public ProxyFault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>How late a slow answer is.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What a slow answer waits for in place of that; null: nothing.</summary>
    public Func<CancellationToken, Task>? Until { get; set; }

    /// <summary>Whether a fault of the store strikes the next request that it may strike.</summary>
    public Func<bool> Strikes { get; set; } = () => Random.Shared.NextDouble() < Share;

    public static async Task<FaultyProxy> StartAsync(Uri target, CancellationToken cancellationToken)
    {
        var proxy = new FaultyProxy(target);
        proxy._server = await LoopbackServer.StartAsync(routes => routes.Map("/{**path}", proxy.AnswerAsync), cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => Fault switch
    {
        ProxyFault.None => ForwardAsync(context, isWhole: true),
        ProxyFault.Half => ForwardAsync(context, isWhole: false),
        ProxyFault.Slow => LateAsync(context),
        ProxyFault.Errors => WriteAsync(context, 500, "text/html", "<html><body>Something went wrong</body></html>"),
        ProxyFault.WrongJson => WriteAsync(context, 200, "application/json", OtherShape),
        ProxyFault.Limits => WriteAsync(context, 429, "application/json", Limited),
        ProxyFault.Refuses => WriteAsync(context, 401, "application/json", Refused),
        ProxyFault.Conflicts => ContradictAsync(context),
        ProxyFault.AnswersLost =>
            StoreAnswers.IsWrite(context.Request.Method) && Strikes() ? LoseAnswerAsync(context) : ForwardAsync(context, isWhole: true),
        ProxyFault.Busy =>
            Strikes() ? WriteAsync(context, OneOf(StoreAnswers.ServerBusy, StoreAnswers.TimedOut)) : ForwardAsync(context, isWhole: true),
        _ => throw new InvalidOperationException($"{Fault} has no answer."),
    };

    private async Task LateAsync(HttpContext context)
    {
        try
        {
            await (Until?.Invoke(context.RequestAborted) ?? Task.Delay(Delay, context.RequestAborted));
        }
        catch (OperationCanceledException)
        {
            // Whoever asked did not wait.
            return;
        }
        await ForwardAsync(context, isWhole: true);
    }

    private static StoreAnswer OneOf(params ReadOnlySpan<StoreAnswer> answers) => answers[Random.Shared.Next(answers.Length)];

    private async Task ContradictAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request);
        context.Request.Body = new MemoryStream(body);
        var conflict = StoreAnswers.ConflictOf(
            context.Request.Method, $"{context.Request.Path}", context.Request.Headers.IfMatch, Encoding.UTF8.GetString(body));
        await (conflict is not null && Strikes() ? WriteAsync(context, conflict) : ForwardAsync(context, isWhole: true));
    }

    private async Task LoseAnswerAsync(HttpContext context)
    {
        using var request = await CopyAsync(context.Request);
        // Done to its end, also when nobody waits for it any more.
        using (await _http.SendAsync(request, CancellationToken.None))
        {
            if (Random.Shared.Next(2) == 0) context.Abort();
            else await WriteAsync(context, OneOf(StoreAnswers.ServerBusy, StoreAnswers.TimedOut));
        }
    }

    private async Task ForwardAsync(HttpContext context, bool isWhole)
    {
        try
        {
            using var request = await CopyAsync(context.Request);
            using var answer = await _http.SendAsync(request, context.RequestAborted);
            var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
                context.Response.Headers[name] = values.ToArray();
            if (context.Response.StatusCode == StatusCodes.Status204NoContent) return;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(isWhole ? body : body.AsMemory(0, body.Length / 2), context.RequestAborted);
            if (isWhole) return;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The host was killed while it asked.
        }
        catch (HttpRequestException)
        {
            // Whom it is for is not there: nobody else answers in its place.
            context.Abort();
        }
    }

    // The address letter for letter: the store's signature covers it.
    private async Task<HttpRequestMessage> CopyAsync(HttpRequest from)
    {
        var address = $"{_target.GetLeftPart(UriPartial.Authority)}{from.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}";
        var to = new HttpRequestMessage(
            new HttpMethod(from.Method), new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var body = await ReadAsync(from);
        if (body.Length > 0) to.Content = new ByteArrayContent(body);
        foreach (var (name, values) in from.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding")))
        {
            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        return to;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }

    private static Task WriteAsync(HttpContext context, StoreAnswer answer)
    {
        if (answer.Code.Length > 0) context.Response.Headers["x-ms-error-code"] = answer.Code;
        return WriteAsync(context, answer.Status, answer.ContentType, answer.Body);
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
