using HubSpotMonitor.Functions.Timers;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>
/// <c>POST /&lt;function&gt;</c>, as the Functions host calls a timer function of a custom handler.
/// </summary>
internal sealed partial class TriggerEndpoints(TimerRunner runner, ILogger<TriggerEndpoints> logger)
{
    public async Task<IResult> RunAsync(string function, HttpContext context)
    {
        if (!HostCall.IsGenuine(context))
            return TypedResults.NotFound();
        if (await TimerCall.ReadAsync(context.Request.Body, context.RequestAborted) is not { } call)
            return HostCall.NoCall(function);

        var invocation = context.Request.Headers[HostCall.InvocationIdHeader].ToString();
        if (call.IsPastDue)
            PastDue(function, call.Last);
        if (call.RetryCount > 0)
            Repeated(function, call.RetryCount);
        return Answer(function, await runner.RunAsync(function, invocation, HostCall.TraceOf(context), context.RequestAborted));
    }

    private static IResult Answer(string function, RunOutcome outcome) => outcome switch
    {
        RunOutcome.Done => HostCall.Done(),
        RunOutcome.TooSlow => HostCall.Failed($"{function} did not finish in time."),
        _ => HostCall.Failed($"{function} failed; the log says why."),
    };

    [LoggerMessage(LogLevel.Information, "{Function} is past due; it last fell due at {Last:u}.")]
    private partial void PastDue(string function, DateTimeOffset? last);

    [LoggerMessage(LogLevel.Information, "{Function} is repeated by the host after {Count} failed attempts.")]
    private partial void Repeated(string function, int count);
}

internal static class TriggerMapping
{
    public static void MapTriggers(this IEndpointRouteBuilder routes)
    {
        // Nobody signs in here: each endpoint answers the Functions host's own calls and no others.
        var endpoints = ActivatorUtilities.CreateInstance<TriggerEndpoints>(routes.ServiceProvider);
        foreach (var function in routes.ServiceProvider.GetRequiredService<TimerTable>().Functions)
        {
            routes.MapPost($"/{function}", async context => await (await endpoints.RunAsync(function, context)).ExecuteAsync(context))
                .WithMetadata(new ServedBy(function)).AllowAnonymous();
        }
        var polls = ActivatorUtilities.CreateInstance<PollEndpoint>(routes.ServiceProvider);
        routes.MapPost($"/{FunctionNames.PollPortal}", async context => await (await polls.TakeAsync(context)).ExecuteAsync(context))
            .WithMetadata(new ServedBy(FunctionNames.PollPortal)).AllowAnonymous();
        var bus = ActivatorUtilities.CreateInstance<BusEndpoints>(routes.ServiceProvider);
        foreach (var function in BusEndpoints.Functions)
        {
            routes.MapPost($"/{function}", async context => await (await bus.TakeAsync(function, context)).ExecuteAsync(context))
                .WithMetadata(new ServedBy(function)).AllowAnonymous();
        }
    }
}
