using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HubSpotMonitor.Webhooks;

/// <summary>
/// What makes an event itself. HubSpot does not promise that <c>eventId</c> is unique, so it is one of several parts;
/// <c>attemptNumber</c> is none, so that every attempt falls on the same row.
/// </summary>
internal static class EventIdentity
{
    // 96 bits: among a billion events of one millisecond two would be taken for one with a chance of one in 10^11.
    private const int HashBytes = 12;

    private const int OnStack = 512;

    public static string Of(in EventFields fields, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<Slice> parts =
        [
            fields.Type, fields.App, fields.Subscription, fields.Event, fields.Object, fields.Property, fields.Message, fields.From, fields.To, fields.Association,
        ];
        var size = 16;
        foreach (var part in parts) size += 4 + part.Length;
        var buffer = size <= OnStack ? stackalloc byte[size] : new byte[size];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, fields.Portal);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[8..], fields.OccurredAt);
        var rest = buffer[16..];
        foreach (var part in parts)
        {
            // With its length, so that no two events can share the text by sharing it out differently.
            BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
            part.Of(body).CopyTo(rest[4..]);
            rest = rest[(4 + part.Length)..];
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(buffer, hash);
        return Convert.ToHexStringLower(hash[..HashBytes]);
    }
}
