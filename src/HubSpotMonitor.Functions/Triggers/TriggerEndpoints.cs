using HubSpotMonitor.Functions.Timers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>
/// <c>POST /&lt;function&gt;</c>, as the Functions host calls a timer function of a custom handler. Answers 200 with a JSON object or an
/// error: to an empty answer (204) the host would wait until its timeout and then restart the process.
/// </summary>
internal sealed partial class TriggerEndpoints(TimerRunner runner, ILogger<TriggerEndpoints> logger)
{
    public async Task<IResult> RunAsync(string function, HttpContext context)
    {
        if (!HostCall.IsGenuine(context))
            return TypedResults.NotFound();
        if (await TimerCall.ReadAsync(context.Request.Body, context.RequestAborted) is not { } call)
            return TypedResults.Problem($"The body is not a call of {function}: an object with Data and Metadata is expected.", statusCode: StatusCodes.Status400BadRequest);

        var invocation = context.Request.Headers[HostCall.InvocationIdHeader].ToString();
        if (call.IsPastDue)
            PastDue(function, call.Last);
        if (call.RetryCount > 0)
            Repeated(function, call.RetryCount);
        return Answer(function, await runner.RunAsync(function, invocation, HostCall.TraceOf(context), context.RequestAborted));
    }

    private static IResult Answer(string function, RunOutcome outcome) => outcome switch
    {
        RunOutcome.Done => TypedResults.Text("{}", "application/json"),
        RunOutcome.TooSlow => Failure($"{function} did not finish in time."),
        _ => Failure($"{function} failed; the log says why."),
    };

    // Any 5xx fails the invocation, so that the host retries or waits for the next time.
    private static ProblemHttpResult Failure(string sentence) => TypedResults.Problem(sentence, statusCode: StatusCodes.Status500InternalServerError);

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
