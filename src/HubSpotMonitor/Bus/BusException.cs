using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Amqp;
using Amqp.Framing;

namespace HubSpotMonitor.Bus;

/// <summary>The bus failed, with the one bit that decides whether it is tried again at once. The message holds no secret.</summary>
/// <param name="message">A sentence that says what to do.</param>
/// <param name="isPermanent">True: trying again at once cannot help. False: trouble that may pass.</param>
/// <param name="inner">What the client library said.</param>
public sealed class BusException(string message, bool isPermanent, Exception? inner = null) : Exception(message, inner)
{
    // A broker that is busy, moves an entity or drops an idle link; on the next connection all may be well. Released and modified are AMQP's words
    // for a message that was not taken and may be sent again: RabbitMQ's, seen when it had been frozen.
    // https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot
    private static readonly string[] Passing =
    [
        ErrorCode.DetachForced, ErrorCode.ConnectionForced, ErrorCode.InternalError, ErrorCode.IllegalState,
        ErrorCode.Stolen, ErrorCode.TransferLimitExceeded, ErrorCode.FramingError,
        "amqp:message:released", "amqp:message:modified",
        "com.microsoft:server-busy", "com.microsoft:timeout", "com.microsoft:operation-cancelled",
    ];

    public bool IsPermanent { get; } = isPermanent;

    /// <summary>Null: a fault of ours, or a cancellation.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="entity">What was asked, for the sentence.</param>
    internal static BusException? Of(Exception exception, string entity) => exception switch
    {
        BusException known => known,
        AmqpException { Error: { } error } refused => Of(error, entity, refused),
        // Any answer but 101, or another protocol; a gateway that is busy answers so too, which passes.
        WebSocketException { WebSocketErrorCode: WebSocketError.NotAWebSocket or WebSocketError.UnsupportedProtocol } =>
            new(
                $"{entity} opens no websocket: check the bus's address, Bus:WebSocketProtocol, and whether a proxy answers in its place; or set Bus:Transport to AmqpTcp.",
                isPermanent: false,
                exception),
        // A null reference is AMQPNetLite's (2.5.5, seen) where another sender closes the connection in the middle of a transfer.
        AmqpException or ObjectDisposedException or IOException or SocketException or WebSocketException
            or InvalidOperationException or NullReferenceException =>
            new($"The connection to the bus was lost at {entity}.", isPermanent: false, exception),
        AuthenticationException =>
            new(
                "The bus shows a certificate that this machine does not trust: check its address, or make its authority known to the machine.",
                isPermanent: true,
                exception),
        TimeoutException => new($"The bus gave no answer at {entity} in time.", isPermanent: false, exception),
        _ => null,
    };

    internal static BusException Of(Error error, string entity, Exception? inner = null)
    {
        // The description is the broker's text: it is not told, since nobody knows what a broker puts there.
        string condition = error.Condition ?? "no condition";
        return condition switch
        {
            ErrorCode.UnauthorizedAccess => new(
                $"The bus refuses us at {entity}: check the key in Bus:ConnectionString, or that the monitor's identity has the roles Azure Service Bus Data Sender and Data Receiver.",
                isPermanent: true,
                inner),
            ErrorCode.NotFound => new(
                $"The bus has no {entity}: check Bus:Topic, Bus:Subscription and Bus:DeadLetters, and that the entities were made.",
                isPermanent: true,
                inner),
            ErrorCode.MessageSizeExceeded => new($"The bus takes no message of this size at {entity}.", isPermanent: true, inner),
            _ => new($"The bus answered {condition} at {entity}.", !Passing.Contains(condition), inner),
        };
    }
}
