using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Stands on the other side of the wire: keeps what it gets and answers as told.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeService(WebApplication app) => _app = app;

    public ConcurrentQueue<Call> Calls { get; } = [];

    public int Status { get; set; } = StatusCodes.Status202Accepted;

    public bool IsHanging { get; set; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FakeService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new FakeService(builder.Build());
        service._app.Run(service.AnswerAsync);
        await service._app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        Calls.Enqueue(new(context.Request.Path, context.Request.Headers.Authorization.ToString(), body));
        if (IsHanging)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);

        context.Response.StatusCode = Status;
        context.Response.Headers.Location = "/elsewhere";
        // Services like to repeat what they were sent.
        var answer = $"refused {context.Request.Headers.Authorization} {context.Request.QueryString} {body}";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    public sealed record Call(string Path, string Authorization, string Body);
}
