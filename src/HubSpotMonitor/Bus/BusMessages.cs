using System.Globalization;
using Amqp;
using Amqp.Framing;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Bus;

/// <summary>
/// Envelopes as AMQP messages. One Data section, UTF-8 and exactly this content
/// type: the Functions trigger and Microsoft's clients read nothing else as JSON.
/// </summary>
internal static class BusMessages
{
    public const string JsonType = "application/json";
    public const string Severity = "severity";
    public const string Rule = "rule";
    public const string Portal = "portal";
    public const string Channels = "channels";

    /// <summary>
    /// The sender's span, by W3C's name (https://www.w3.org/TR/trace-context-amqp)
    /// and by the one that Azure's clients and the Functions trigger look at.
    /// </summary>
    public const string TraceParent = "traceparent";
    public const string DiagnosticId = "Diagnostic-Id";

    /// <summary>Service Bus takes apart what has this format: one Data section per message.</summary>
    private const uint BatchFormat = 0x80013700;

    private const int LongestId = 128;
    private const int LongestSubject = 200;

    /// <summary>The same for every try to send the same parcel. With the channels, since one message may go out in two parcels.</summary>
    public static string IdOf(Parcel parcel) => IdOf(parcel.Message, parcel.Channels);

    public static string IdOf(AlertMessage message, IEnumerable<string> channels)
    {
        var id = $"{message.Id}:{string.Join(',', channels.Order(StringComparer.Ordinal))}";
        return id.Length <= LongestId ? id : id[^LongestId..];
    }

    public static Message Of(AlertEnvelope envelope, string id)
    {
        var message = envelope.Message;
        var sent = new Message
        {
            BodySection = new Data { Binary = envelope.ToUtf8() },
            Header = new Header { Durable = true },
            Properties = new Properties { MessageId = id, Subject = Plain(message.Title), ContentType = JsonType },
            ApplicationProperties = new ApplicationProperties
            {
                [Severity] = message.Severity.ToString(),
                [Rule] = message.Finding.Rule,
                [Portal] = message.Portal.Id.ToString(CultureInfo.InvariantCulture),
                // With commas around, so that a filter finds a name and no part of one: channels LIKE '%,email,%'.
                [Channels] = $",{string.Join(',', envelope.Channels)},",
            },
        };
        if (message.Trace is { } trace) (sent.ApplicationProperties[TraceParent], sent.ApplicationProperties[DiagnosticId]) = (trace, trace);
        return sent;
    }

    public static Message Of(PollOrder order) => new()
    {
        BodySection = new Data { Binary = order.ToUtf8() },
        Header = new Header { Durable = true },
        Properties = new Properties { MessageId = order.Id, Subject = order.Kind.ToString(), ContentType = JsonType },
    };

    /// <summary>Several messages in one, as Microsoft's clients pack them.</summary>
    public static Message Batch(IReadOnlyList<Message> messages)
    {
        if (messages is [var only]) return only;
        var packed = new DataList();
        foreach (var message in messages) packed.Add(new Data { Buffer = message.Encode() });
        return new Message
        {
            Format = BatchFormat,
            BodySection = packed,
            Properties = new Properties { MessageId = messages[0].Properties.MessageId },
        };
    }

    /// <summary>How many bytes a message takes on its way.</summary>
    public static int SizeOf(Message message) => message.Encode().Length;

    /// <summary>The body's bytes; none when it has no Data section.</summary>
    public static ReadOnlySpan<byte> BodyOf(Message message) => message.BodySection is Data data ? data.Binary : [];

    private static string Plain(string title)
    {
        var line = string.Concat(title.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= LongestSubject ? line : line[..LongestSubject];
    }
}
