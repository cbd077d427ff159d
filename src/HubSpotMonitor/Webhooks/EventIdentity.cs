using System.Buffers.Binary;
using System.Security.Cryptography;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Webhooks;

/// <summary>
/// What makes an event itself. HubSpot does not promise that <c>eventId</c> is unique, so it is one of several parts;
/// <c>attemptNumber</c> is none, so that every attempt falls on the same row.
/// <para>
/// The webhooks journal tells the same events, but has neither <c>eventId</c> nor <c>subscriptionId</c>. So while it is on, the identity
/// of pushed events too is made of what both ways know alone: portal, object, what was done to it, property and time. Two subscriptions to
/// one change (<c>contact.creation</c> and <c>object.creation</c>) are one row then. Rows stored before it was switched on keep theirs.
/// </para>
/// </summary>
internal static class EventIdentity
{
    // 96 bits: among a billion events of one millisecond two would be taken for one with a chance of one in 10^11.
    private const int HashBytes = 12;

    private const int OnStack = 512;

    /// <summary>HubSpot's ids of object types are shorter than 20.</summary>
    private const int LongestObjectType = 64;

    public static string Of(in EventFields fields, ReadOnlySpan<byte> body, bool withJournal)
    {
        var type = fields.Type.Of(body);
        // Without an object (an association), or of a kind that is never pushed, the shared parts could be those of two events.
        if (!withJournal || fields.Object.Length == 0 || type.StartsWith("journal."u8))
        {
            return Hash(fields, body, type,
            [
                fields.App, fields.Subscription, fields.Event, fields.Object, fields.Property,
                fields.Message, fields.From, fields.To, fields.Association,
            ]);
        }
        Span<byte> name = stackalloc byte[LongestObjectType + type.Length];
        return Hash(
            fields,
            body,
            name[..Canonical(type, fields.ObjectType.Of(body), name)],
            [fields.Object, fields.Property, fields.Message, fields.From, fields.To, fields.Association]);
    }

    /// <summary>
    /// <c>object.creation</c> of type 0-1 is <c>contact.creation</c>; of a type without a name of its own it is <c>2-123.creation</c>.
    /// </summary>
    private static int Canonical(ReadOnlySpan<byte> type, ReadOnlySpan<byte> objectTypeId, Span<byte> name)
    {
        var any = "object"u8;
        if (!type.StartsWith("object."u8) || objectTypeId.Length is 0 or > LongestObjectType)
        {
            type.CopyTo(name);
            return type.Length;
        }
        var known = ObjectTypes.NameOf(objectTypeId);
        if (known.IsEmpty) known = objectTypeId;
        known.CopyTo(name);
        type[any.Length..].CopyTo(name[known.Length..]);
        return known.Length + type.Length - any.Length;
    }

    private static string Hash(in EventFields fields, ReadOnlySpan<byte> body, ReadOnlySpan<byte> type, ReadOnlySpan<Slice> parts)
    {
        var size = 20 + type.Length;
        foreach (var part in parts) size += 4 + part.Length;
        var buffer = size <= OnStack ? stackalloc byte[size] : new byte[size];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, fields.Portal);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[8..], fields.OccurredAt);
        var rest = Write(type, buffer[16..]);
        foreach (var part in parts) rest = Write(part.Of(body), rest);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(buffer, hash);
        return Convert.ToHexStringLower(hash[..HashBytes]);
    }

    // With its length, so that no two events can share the text by sharing it out differently.
    private static Span<byte> Write(ReadOnlySpan<byte> part, Span<byte> rest)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
        part.CopyTo(rest[4..]);
        return rest[(4 + part.Length)..];
    }
}
