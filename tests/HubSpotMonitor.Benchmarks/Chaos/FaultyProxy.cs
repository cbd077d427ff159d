using HubSpotMonitor.Local.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

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
}

/// <summary>Stands between the host and a server that works, and passes everything on as long as nothing is wrong.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const string Limited = """{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}""";
    private const string Refused = """{"status":"error","message":"The access token is invalid, expired or revoked.","category":"INVALID_AUTHENTICATION"}""";
    private const string OtherShape = """{"results":{"used":"many"},"portalId":"none","paging":[]}""";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
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
        _ => throw new InvalidOperationException($"{Fault} has no answer."),
    };

    private async Task LateAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Delay, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Whoever asked did not wait.
            return;
        }
        await ForwardAsync(context, isWhole: true);
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
    }

    private async Task<HttpRequestMessage> CopyAsync(HttpRequest from)
    {
        var to = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_target, $"{from.Path}{from.QueryString}"));
        var body = new MemoryStream();
        await from.Body.CopyToAsync(body, from.HttpContext.RequestAborted);
        if (body.Length > 0) to.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in from.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding")))
        {
            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        return to;
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
