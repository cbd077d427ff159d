namespace HubSpotMonitor.Bus;

public enum BusTransport
{
    /// <summary>AMQP over TCP: port 5671 with TLS, 5672 without.</summary>
    AmqpTcp,

    /// <summary>AMQP in a websocket, for networks that let only port 443 out.</summary>
    AmqpWebSockets,
}

public enum BusBroker
{
    /// <summary>Azure Service Bus or Microsoft's emulator: tokens by CBS, locks, batches.</summary>
    ServiceBus,

    /// <summary>Any other AMQP 1.0 broker: user and password by SASL PLAIN, and nothing that only Service Bus has.</summary>
    Plain,
}

/// <summary>
/// Section <c>Bus</c>: a topic between alerts and channels. Neither of the first
/// two set: this process carries the messages itself, by its table of deliveries.
/// </summary>
public sealed class BusOptions
{
    public const string Section = "Bus";

    /// <summary>Stands in paths for a channel's name.</summary>
    internal const string Channel = "{channel}";

    /// <summary>With a key: <c>Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…</c>. A secret.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>A namespace that the monitor's own identity may use: <c>my-bus.servicebus.windows.net</c>. No key anywhere.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Where messages are sent.</summary>
    public string Topic { get; set; } = "alerts";

    /// <summary>Where a channel's messages are received.</summary>
    public string Subscription { get; set; } = $"alerts/Subscriptions/{Channel}";

    /// <summary>Where a channel's dead letters lie.</summary>
    public string DeadLetters { get; set; } = $"alerts/Subscriptions/{Channel}/$DeadLetterQueue";

    /// <summary>Where orders to poll one account each are sent and received.</summary>
    public string Polls { get; set; } = "polls";

    /// <summary>
    /// With more accounts than this a timer's run does not poll them itself but orders a poll of each. So many, 16 at once, each answering only at
    /// the end of its ten seconds, and twice, are what a run's four minutes hold.
    /// </summary>
    public int PollsAbove { get; set; } = 200;

    public BusTransport Transport { get; set; } = BusTransport.AmqpTcp;

    /// <summary>Azure's word for AMQP in a websocket; other brokers may know only <c>amqp</c>.</summary>
    public string WebSocketProtocol { get; set; } = "AMQPWSB10";

    public BusBroker Broker { get; set; } = BusBroker.ServiceBus;

    /// <summary>Whether there is a bus beside this process.</summary>
    public bool IsOn => ConnectionString.Length > 0 || Namespace.Length > 0;

    internal bool IsServiceBus => Broker == BusBroker.ServiceBus;

    internal string SubscriptionOf(string channel) => Subscription.Replace(Channel, channel, StringComparison.Ordinal);

    internal string DeadLettersOf(string channel) => DeadLetters.Replace(Channel, channel, StringComparison.Ordinal);
}
