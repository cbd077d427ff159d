using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HubSpotMonitor.Signals;

/// <summary>
/// What the monitor tells about itself: one source of spans, one meter, and every name, by OpenTelemetry's conventions
/// (https://opentelemetry.io/docs/specs/semconv/general/naming). It costs next to nothing while nobody listens. Only spans name an account, by its
/// number, since a metric has a series for every value of a tag; and no tag holds a secret, an address, or what an account's data says.
/// </summary>
public static class Telemetry
{
    /// <summary>The name of the source of spans and of the meter.</summary>
    public const string Name = "HubSpotMonitor";

    public const string PollSpan = "poll usage";
    public const string ActivitySpan = "poll activity";
    public const string AuditSpan = "audit access";
    public const string HubSpotSpan = "call HubSpot";

    private const string Outcome = "hubspotmonitor.outcome";
    private const string PortalId = "hubspotmonitor.portal.id";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Gauge<int> Portals = Meter.CreateGauge<int>("hubspotmonitor.portals", "{portal}", "Accounts in the settings.");
    private static readonly Counter<long> Polls = Meter.CreateCounter<long>("hubspotmonitor.polls", "{poll}", "Polls of an account's usage.");
    private static readonly Histogram<double> PollDuration =
        Seconds("hubspotmonitor.poll.duration", "How long the poll of one account took.", 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 240);
    private static readonly Histogram<double> CheckpointLag = Seconds(
        "hubspotmonitor.checkpoint.lag", "After a poll, the time since the account's last good one.", 1, 300, 600, 900, 1800, 3600, 21600, 86400);
    private static readonly Counter<long> HubSpotCalls =
        Meter.CreateCounter<long>("hubspotmonitor.hubspot.calls", "{call}", "Calls to HubSpot, every try counted.");
    private static readonly Counter<long> Readings =
        Meter.CreateCounter<long>("hubspotmonitor.readings.stored", "{reading}", "Readings written, repeats among them.");
    private static readonly Counter<long> WebhookRequests =
        Meter.CreateCounter<long>("hubspotmonitor.webhook.requests", "{request}", "Webhook requests.");
    private static readonly Counter<long> WebhookEvents = Meter.CreateCounter<long>("hubspotmonitor.webhook.events", "{event}", "Webhook events.");
    private static readonly Counter<long> Alerts =
        Meter.CreateCounter<long>("hubspotmonitor.alerts", "{alert}", "Alerts that opened, rose, were resolved, came back or were taken.");
    private static readonly Counter<long> Deliveries =
        Meter.CreateCounter<long>("hubspotmonitor.deliveries", "{delivery}", "Tries to deliver a message.");
    private static readonly Histogram<double> DeliveryAge =
        Seconds("hubspotmonitor.delivery.age", "From what a message tells to the channel's taking it.", 1, 5, 30, 60, 300, 900, 3600, 21600, 86400);
    private static readonly Counter<long> DeadLetters =
        Meter.CreateCounter<long>("hubspotmonitor.dead_letters", "{message}", "What was put aside for good.");

    /// <summary>The present span as a W3C <c>traceparent</c>; null where nobody records.</summary>
    public static string? Here => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>One run of a function, in the trace of whoever called it.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="trigger">One of the conventions' words: <c>timer</c>, <c>pubsub</c>.</param>
    /// <param name="invocation">The caller's number of the run.</param>
    /// <param name="caller">The caller's <c>traceparent</c>. The web server's own span
    /// is passed over: nobody exports it, since addresses hold signed links.</param>
    public static Activity? Run(string function, string trigger, string invocation, string? caller)
    {
        Activity.Current = null;
        // Recorded whatever the caller does with its own: how much is kept is the exporter's setting.
        var parent = ActivityContext.TryParse(caller, null, isRemote: true, out var told)
            ? new ActivityContext(told.TraceId, told.SpanId, ActivityTraceFlags.Recorded, isRemote: true)
            : default;
        return Source.StartActivity(
            ActivityKind.Internal, parent, [new("faas.trigger", trigger), new("faas.invocation_id", invocation)], name: function);
    }

    /// <summary>The part of a run that is one account's.</summary>
    public static Activity? OfPortal(string name, Portal portal) => Source.StartActivity(name)?.SetTag(PortalId, portal.Id);

    /// <summary>One try of one call. Its address is not told: some of HubSpot's hold what opens a page.</summary>
    public static Activity? CallToHubSpot(string method) =>
        Source.StartActivity(HubSpotSpan, ActivityKind.Client)?.SetTag("http.request.method", method);

    /// <summary>A message on its way to the bus, in the trace of what it tells. It is nobody's parent here: several are sent at once.</summary>
    public static Activity? Send(string destination, AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var before = Activity.Current;
        var span = Source.StartActivity($"send {destination}", ActivityKind.Producer, message.Trace)?.SetTag("messaging.system", "servicebus")
            .SetTag("messaging.destination.name", destination).SetTag("messaging.message.id", message.Id).SetTag(PortalId, message.Portal.Id);
        Activity.Current = before;
        return span;
    }

    /// <summary>A channel's try to deliver, in the trace of what the message tells.</summary>
    public static Activity? Deliver(string channel, AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var run = Activity.Current is { } current ? new[] { new ActivityLink(current.Context) } : [];
        var span = ActivityContext.TryParse(message.Trace, null, isRemote: true, out var origin)
            ? Source.StartActivity(ActivityKind.Consumer, origin, links: run, name: $"deliver {channel}")
            : Source.StartActivity($"deliver {channel}", ActivityKind.Consumer);
        return span?.SetTag("messaging.message.id", message.Id).SetTag(PortalId, message.Portal.Id);
    }

    public static void Failed(Activity? span, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        // The type and not the message, which may repeat what an account's data says.
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().Name);
    }

    public static void Watches(int portals) => Portals.Record(portals);

    /// <param name="outcome">Null: the monitor itself failed.</param>
    /// <param name="took">Real time.</param>
    /// <param name="lag">Since the last good poll; null: there was none, or the monitor failed.</param>
    public static void Polled(PollOutcome? outcome, TimeSpan took, TimeSpan? lag)
    {
        KeyValuePair<string, object?> tag = new(Outcome, (outcome ?? PollOutcome.Failed).ToString());
        Activity.Current?.SetTag(tag.Key, tag.Value);
        Polls.Add(1, tag);
        PollDuration.Record(took.TotalSeconds, tag);
        if (lag is { } behind) CheckpointLag.Record(behind.TotalSeconds);
    }

    /// <param name="status">HTTP status; 0: there was no answer.</param>
    public static void CalledHubSpot(int status) => HubSpotCalls.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));

    public static void StoredReadings(int count) => Readings.Add(count);

    public static void Received(IntakeOutcome outcome) => WebhookRequests.Add(1, new KeyValuePair<string, object?>(Outcome, outcome.ToString()));

    public static void Received(EventOutcome outcome, int events)
    {
        WebhookEvents.Add(events, new KeyValuePair<string, object?>(Outcome, outcome.ToString()));
        if (outcome == EventOutcome.DeadLettered) PutAside("event", events);
    }

    /// <summary>Counts what became of an alert, once its row is written.</summary>
    public static void Changed(Alert? before, Alert after)
    {
        ArgumentNullException.ThrowIfNull(after);
        var isNew = before?.Id != after.Id || before.Transitions != after.Transitions;
        if (isNew && after.Unpublished is [.., var told])
        {
            Alerts.Add(
                1,
                new("hubspotmonitor.alert.transition", told.Transition.ToString()),
                new("hubspotmonitor.alert.severity", after.Severity.ToString()));
        }
    }

    /// <summary>
    /// Counts a try to deliver, by how the delivery stands after it. Azure's rule goes by it, so
    /// that a test is no loss, nor what others have in place of a channel that was taken out.
    /// </summary>
    public static void Delivered(AlertDelivery delivery, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery is { Message.IsTest: true } or { LastError: AlertDelivery.TakenOut }) return;
        KeyValuePair<string, object?> channel = new("hubspotmonitor.channel", delivery.Channel);
        Deliveries.Add(1, channel, new(Outcome, delivery.State.ToString()));
        if (delivery.State == DeliveryState.Sent) DeliveryAge.Record(Math.Max(0, (now - delivery.Message.At).TotalSeconds), channel);
        if (delivery.State == DeliveryState.Failed) PutAside("delivery", 1);
    }

    /// <param name="kind"><c>event</c>, <c>delivery</c> or <c>bus</c>.</param>
    /// <param name="count">How many.</param>
    public static void PutAside(string kind, int count) => DeadLetters.Add(count, new KeyValuePair<string, object?>("hubspotmonitor.kind", kind));

    private static Histogram<double> Seconds(string name, string description, params double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
