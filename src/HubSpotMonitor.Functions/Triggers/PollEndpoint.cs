using HubSpotMonitor.Bus;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary><c>POST /PollPortal</c>, as the Functions host brings an order of the queue of polls. 200 completes it; an error gives it back.</summary>
internal sealed partial class PollEndpoint(Pipeline pipeline, TimeProvider time, ILogger<PollEndpoint> logger)
{
    private const string Function = FunctionNames.PollPortal;

    public async Task<IResult> TakeAsync(HttpContext context)
    {
        if (!HostCall.IsGenuine(context))
            return TypedResults.NotFound();
        if (await BusCall.ReadAsync(context.Request.Body, context.RequestAborted) is not { } call)
            return HostCall.NoCall(Function);
        if (call.Body is null || PollOrder.Read(call.Body) is not { } order)
        {
            NoneOfOurs();
            return HostCall.Failed($"{Function} was given no order of this monitor.");
        }

        using var span = Telemetry.Run(
            Function, "pubsub", context.Request.Headers[HostCall.InvocationIdHeader].ToString(), HostCall.TraceOf(context));
        try
        {
            await pipeline.PollPortalAsync(order, time.GetUtcNow(), context.RequestAborted);
            return HostCall.Done();
        }
        // The edge: whatever it was, it is told here, and the bus brings the order again.
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            Telemetry.Failed(span, exception);
            NotPolled(exception, order.Kind, order.Portal);
            return HostCall.Failed($"{Function} failed; the log says why.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The {Kind} of portal {Portal} could not be polled.")]
    private partial void NotPolled(Exception exception, PollKind kind, long portal);

    [LoggerMessage(LogLevel.Error, "PollPortal was given a message that is no order of this monitor; the bus will put it among the dead letters.")]
    private partial void NoneOfOurs();
}
