using HubSpotMonitor.Bus;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>
/// <c>POST /Deliver&lt;channel&gt;</c>, as the Functions host brings a message of a channel's subscription. 200 completes it; an error gives it
/// back, and after the subscription's count of deliveries the bus puts it among the dead letters.
/// </summary>
internal sealed partial class BusEndpoints(BusIntake intake, ILogger<BusEndpoints> logger)
{
    private const string Verb = "Deliver";

    public static IReadOnlyList<string> Functions { get; } =
        [FunctionNames.DeliverEmail, FunctionNames.DeliverSmtp, FunctionNames.DeliverTeams, FunctionNames.DeliverSlack, FunctionNames.DeliverWebhook];

    /// <summary>A function is named for its channel.</summary>
    public static string ChannelOf(string function) => function[Verb.Length..].ToLowerInvariant();

    public async Task<IResult> TakeAsync(string function, HttpContext context)
    {
        if (!HostCall.IsGenuine(context))
            return TypedResults.NotFound();
        if (await BusCall.ReadAsync(context.Request.Body, context.RequestAborted) is not { } call)
            return HostCall.NoCall(function);
        using var span = Telemetry.Run(
            function, "pubsub", context.Request.Headers[HostCall.InvocationIdHeader].ToString(), HostCall.TraceOf(context));
        if (call.Body is null)
            return NotOurs(function, "Data.message is not base64: function.json must say dataType binary and cardinality one.");
        var (envelope, why) = AlertEnvelope.Read(call.Body);
        return envelope is null ? NotOurs(function, why!) : await TakeAsync(function, envelope, context.RequestAborted);
    }

    private async Task<IResult> TakeAsync(string function, AlertEnvelope envelope, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimerRunner.Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await intake.TakeAsync(envelope, ChannelOf(function), linked.Token);
        }
        // The edge: whatever it was, it is told here, and the bus brings the message again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            NotTaken(exception, function, envelope.Message.Id);
            return HostCall.Failed($"{function} failed; the log says why.");
        }
        // Written down, it is done with: what cannot be sent now is sent by the sweep.
        await intake.DeliverAsync(ChannelOf(function), linked.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return HostCall.Done();
    }

    private ProblemHttpResult NotOurs(string function, string why)
    {
        NoneOfOurs(function, why);
        return HostCall.Failed($"{function} cannot read the message. {why}");
    }

    [LoggerMessage(LogLevel.Error, "{Function} could not write message {MessageId} down.")]
    private partial void NotTaken(Exception exception, string function, string messageId);

    [LoggerMessage(
        LogLevel.Error, "{Function} was given a message that is none of this monitor's; the bus will put it among the dead letters. {Why}")]
    private partial void NoneOfOurs(string function, string why);
}
