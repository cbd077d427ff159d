using Amqp;
using Azure.Identity;
using HubSpotMonitor.Bus.Tokens;

namespace HubSpotMonitor.Bus.Links;

/// <summary>The settings as the client library takes them.</summary>
/// <param name="Address">Where to connect; with user and password only where the broker wants them there.</param>
/// <param name="Tokens">What opens the entities; null: the connection itself is enough.</param>
internal sealed record BusAddress(Address Address, IBusTokens? Tokens)
{
    private const string WebSocketPath = "/$servicebus/websocket";

    /// <param name="options">Valid, and on.</param>
    /// <param name="clock">For the life of tokens.</param>
    public static BusAddress Of(BusOptions options, TimeProvider clock)
    {
        if (options.Namespace.Length > 0)
            return new(At(options, options.Namespace, null, isTls: true), new EntraTokens(new DefaultAzureCredential()));
        var parsed = ServiceBusConnectionString.Parse(options.ConnectionString).Parsed!;
        return options.IsServiceBus
            ? new(At(options, parsed.Host, parsed.Port, parsed.IsTls), new SasTokens(parsed.KeyName, parsed.Key, clock))
            : new(At(options, parsed.Host, parsed.Port, parsed.IsTls, parsed.KeyName, parsed.Key), null);
    }

    private static Address At(BusOptions options, string host, int? port, bool isTls, string? user = null, string? password = null) =>
        options.Transport == BusTransport.AmqpTcp
            ? new(host, port ?? (isTls ? 5671 : 5672), user, password, "/", isTls ? "amqps" : "amqp")
            : new(host, port ?? (isTls ? 443 : 80), user, password, WebSocketPath, isTls ? "wss" : "ws");
}
