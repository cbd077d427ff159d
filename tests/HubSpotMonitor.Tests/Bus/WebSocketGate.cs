using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>
/// Azure's way in for networks that let only port 443 out: one path, one word for the protocol, and behind it the bytes of AMQP as over TCP. Without
/// TLS, since it listens on this machine. Microsoft's own client goes through it too, which keeps the path and the word honest.
/// </summary>
internal sealed class WebSocketGate : IAsyncDisposable
{
    private const string Path = "/$servicebus/websocket";
    private const string Protocol = "AMQPWSB10";

    private readonly ConcurrentDictionary<WebSocket, bool> _open = [];
    private readonly WebApplication _app;
    private readonly int _amqpPort;

    private WebSocketGate(WebApplication app, int amqpPort) => (_app, _amqpPort) = (app, amqpPort);

    /// <summary>What was asked for, taken or not: path and protocols.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<WebSocketGate> StartAsync(int amqpPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gate = new WebSocketGate(builder.Build(), amqpPort);
        gate._app.UseWebSockets();
        gate._app.Run(gate.PassAsync);
        await gate._app.StartAsync(TestContext.Current.CancellationToken);
        return gate;
    }

    public void Cut()
    {
        foreach (var socket in _open.Keys) socket.Abort();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return _app.DisposeAsync();
    }

    private async Task PassAsync(HttpContext context)
    {
        Asked.Enqueue($"{context.Request.Path} {string.Join(',', context.WebSockets.WebSocketRequestedProtocols)}");
        if (!context.WebSockets.IsWebSocketRequest
            || context.Request.Path != Path
            || !context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        using var amqp = new TcpClient();
        await amqp.ConnectAsync("127.0.0.1", _amqpPort, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Protocol);
        _open[socket] = true;
        await using var near = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        await using var far = amqp.GetStream();
        await Task.WhenAny(near.CopyToAsync(far, context.RequestAborted), far.CopyToAsync(near, context.RequestAborted));
        _open.TryRemove(socket, out _);
    }
}
