using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>A service that is spoken to by HTTP.</summary>
internal sealed class FakeService : OtherSide
{
    private readonly WebApplication _app;

    private FakeService(WebApplication app) => _app = app;

    public ConcurrentQueue<Call> Calls { get; } = [];

    /// <summary>What is answered, in place of the usual status of the answer.</summary>
    public int? Status { get; set; }

    /// <summary>What a refusal says, in place of much too much.</summary>
    public string? Says { get; set; }

    public override Uri Address => new(_app.Urls.Single());

    public override IReadOnlyList<string> Received => [.. Calls.Select(call => call.Body)];

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

    public override ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Calls.Enqueue(new(context.Request.Path, context.Request.Headers.Authorization.ToString(), body, headers));
        if (Answer == Answer.Hang)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);

        context.Response.StatusCode = Status ?? Answer switch
        {
            Answer.RefuseForGood => StatusCodes.Status422UnprocessableEntity,
            Answer.RefuseForNow => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status202Accepted,
        };
        context.Response.Headers.Location = "/elsewhere";
        // A gateway between may answer in letters that .NET does not know.
        context.Response.ContentType = "text/html; charset=utf8";
        // Services like to repeat what they were sent.
        var answer = Says ?? $"refused {context.Request.Headers.Authorization} {context.Request.QueryString} {body}";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    public sealed record Call(string Path, string Authorization, string Body, IReadOnlyDictionary<string, string> Headers);
}
