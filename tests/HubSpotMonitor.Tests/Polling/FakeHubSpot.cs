using System.Collections.Concurrent;
using HubSpotMonitor.Local.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests.Polling;

/// <summary>A web server that answers as a test planned, path by path; the last planned reply repeats.</summary>
internal sealed class FakeHubSpot : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private LoopbackServer? _server;

    /// <summary>Replies of <c>…/details</c>, in order.</summary>
    public IReadOnlyList<RequestDelegate> Details { get; set; } = [];

    /// <summary>Replies of <c>…/private-apps</c>, in order.</summary>
    public IReadOnlyList<RequestDelegate> Usage { get; set; } = [];

    /// <summary>Replies of other paths, by their last part, in order.</summary>
    public Dictionary<string, IReadOnlyList<RequestDelegate>> Others { get; } = [];

    /// <summary>Every request, with its method, path and authorization.</summary>
    public ConcurrentQueue<(string Method, string Path, string Authorization)> Requests { get; } = [];

    /// <summary>Every request's query and body, in the same order.</summary>
    public ConcurrentQueue<(string Last, string Query, string Body)> Asked { get; } = [];

    /// <summary>Requests that no test planned; they are answered with 599.</summary>
    public ConcurrentQueue<string> Unplanned { get; } = [];

    public Uri Address => _server!.Address;

    public int DetailsCalls => _calls.GetValueOrDefault("details");

    public int UsageCalls => _calls.GetValueOrDefault("private-apps");

    /// <summary>Begins the replies of a path anew.</summary>
    public void Forget(string last) => _calls.TryRemove(last, out _);

    public static async Task<FakeHubSpot> StartAsync()
    {
        var hubSpot = new FakeHubSpot();
        hubSpot._server = await LoopbackServer.StartAsync(
            routes => routes.Map("{**path}", hubSpot.AnswerAsync), TestContext.Current.CancellationToken);
        return hubSpot;
    }

    public static RequestDelegate Reply(string body, int status = 200, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    public static Task Hang(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>Sends the headers and the beginning of the body, and then nothing more.</summary>
    public static async Task StallAsync(HttpContext context)
    {
        await context.Response.WriteAsync("{", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Hang(context);
    }

    /// <summary>Streams blanks until the other side hangs up.</summary>
    public static async Task Flood(HttpContext context)
    {
        var block = new byte[1024 * 1024];
        Array.Fill(block, (byte)' ');
        while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var last = path[(path.LastIndexOf('/') + 1)..];
        var call = _calls.AddOrUpdate(last, 1, (_, calls) => calls + 1);
        var plan = last switch { "details" => Details, "private-apps" => Usage, _ => Others.GetValueOrDefault(last, []) };
        Requests.Enqueue((context.Request.Method, path, context.Request.Headers.Authorization.ToString()));
        using var body = new StreamReader(context.Request.Body);
        Asked.Enqueue((last, Uri.UnescapeDataString(context.Request.QueryString.Value!), await body.ReadToEndAsync(context.RequestAborted)));
        if (plan.Count > 0)
        {
            await plan[Math.Min(call, plan.Count) - 1](context);
            return;
        }
        Unplanned.Enqueue($"{context.Request.Method} {path}");
        context.Response.StatusCode = 599;
    }
}
