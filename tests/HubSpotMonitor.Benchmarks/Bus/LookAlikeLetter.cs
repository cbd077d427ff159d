using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>A message as the look-alike keeps it.</summary>
public sealed class LookAlikeLetter(long sequence, byte[] bytes, DateTimeOffset enqueuedAt)
{
    public long Sequence { get; } = sequence;

    public DateTimeOffset EnqueuedAt { get; } = enqueuedAt;

    public int DeliveryCount { get; set; }

    /// <summary>Null: not locked.</summary>
    public Guid? Lock { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public string? DeadLetterReason { get; set; }

    public string? DeadLetterDescription { get; set; }

    public byte[] Bytes { get; } = bytes;

    /// <summary>A fresh message each time: one that was sent cannot be sent again.</summary>
    public Message ToMessage()
    {
        var message = Message.Decode(new ByteBuffer(Bytes, 0, Bytes.Length, Bytes.Length));
        message.Header ??= new Header();
        message.Header.DeliveryCount = (uint)DeliveryCount;
        message.MessageAnnotations ??= new MessageAnnotations();
        message.MessageAnnotations[new Symbol("x-opt-sequence-number")] = Sequence;
        message.MessageAnnotations[new Symbol("x-opt-enqueued-time")] = EnqueuedAt.UtcDateTime;
        if (Lock is not null) message.MessageAnnotations[new Symbol("x-opt-locked-until")] = LockedUntil.UtcDateTime;
        if (DeadLetterReason is null) return message;
        message.ApplicationProperties ??= new ApplicationProperties();
        message.ApplicationProperties["DeadLetterReason"] = DeadLetterReason;
        message.ApplicationProperties["DeadLetterErrorDescription"] = DeadLetterDescription;
        return message;
    }
}
