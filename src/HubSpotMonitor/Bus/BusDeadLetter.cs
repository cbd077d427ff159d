using System.Security.Cryptography;
using System.Text;
using Amqp;

namespace HubSpotMonitor.Bus;

/// <summary>A message that a subscription has put aside.</summary>
public sealed record BusDeadLetter
{
    private const string Unknown = "not told";

    /// <summary>The channel, and what tells the message from all others of its dead letters.</summary>
    public required string Id { get; init; }

    public required string Channel { get; init; }

    public required string Title { get; init; }

    /// <summary>The broker's word for it, or ours: <c>MaxDeliveryCountExceeded</c>, <c>NotOurs</c>.</summary>
    public required string Reason { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Whether it is a message of this monitor, which can be sent again.</summary>
    public required bool CanBeSent { get; init; }

    internal static BusDeadLetter Of(string channel, Message message)
    {
        var (envelope, why) = AlertEnvelope.Read(BusMessages.BodyOf(message));
        return new()
        {
            Id = IdOf(channel, message),
            Channel = channel,
            Title = envelope?.Message.Title ?? "No message of this monitor",
            Reason = Text(message.ApplicationProperties?["DeadLetterReason"] ?? Annotation(message, "x-first-death-reason")) ?? Unknown,
            Description = why ?? Text(message.ApplicationProperties?["DeadLetterErrorDescription"]),
            SentAt = Annotation(message, "x-opt-enqueued-time") is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : envelope?.Message.At,
            CanBeSent = envelope is not null,
        };
    }

    internal static string IdOf(string channel, Message message)
    {
        var marks = $"{Annotation(message, "x-opt-sequence-number")}/{message.Properties?.MessageId}";
        return $"{channel}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(marks)))[..16]}";
    }

    private static object? Annotation(Message message, string name) => message.MessageAnnotations?[new Amqp.Types.Symbol(name)];

    private static string? Text(object? value) => value?.ToString();
}

/// <summary>How an attempt to send a dead letter again ended.</summary>
/// <param name="IsSent">It is on its way again, and gone from the dead letters.</param>
/// <param name="Says">A sentence for the person who asked.</param>
public sealed record BusRedrive(bool IsSent, string Says);
