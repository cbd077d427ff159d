using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Webhooks;

/// <summary>A body, read: what can be stored, and what cannot with the reason why.</summary>
public sealed record EventBatch(IReadOnlyList<WebhookEvent> Events, IReadOnlyList<DeadLetter> DeadLetters);

/// <summary>
/// Reads a webhook's body: a JSON array of events. Only what the monitor itself needs is looked at; the rest is kept as it came, so that
/// event types and fields which HubSpot adds are no trouble. Nothing of an event is copied but its few names.
/// </summary>
public static class EventReader
{
    /// <summary>HubSpot's names are shorter than 50; longer is not a name.</summary>
    private const int LongestName = 200;

    /// <summary>A row of Table Storage holds 1 MiB, other columns included.</summary>
    public const int LargestEvent = 900 * 1024;

    /// <summary>HubSpot's own clock may run ahead of ours; a day ahead is a unit mixed up.</summary>
    private static readonly TimeSpan LargestLead = TimeSpan.FromDays(1);

    /// <summary>HubSpot's API is younger.</summary>
    private static readonly DateTimeOffset Earliest = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 256 };

    /// <param name="body">UTF-8. The events keep parts of it.</param>
    /// <param name="now">When it was received.</param>
    /// <param name="withJournal">Whether the journal brings events too: see <see cref="EventIdentity"/>.</param>
    /// <returns>Null: not a JSON array.</returns>
    public static EventBatch? Read(ReadOnlyMemory<byte> body, DateTimeOffset now, bool withJournal = false)
    {
        List<WebhookEvent> events = [];
        List<DeadLetter> deadLetters = [];
        var reader = new Utf8JsonReader(body.Span, Strict);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                var fields = EventFields.Read(ref reader);
                var raw = body[start..(int)reader.BytesConsumed];
                if (Wrong(fields, raw.Span, body.Span, now) is { } reason) deadLetters.Add(Refuse(fields, raw, start, reason, now));
                else events.Add(Map(fields, raw, body.Span, withJournal));
            }
            // Anything behind the array but blanks throws.
            return reader.Read() ? null : new(events, deadLetters);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Wrong(in EventFields fields, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!fields.IsObject) return "An event is a JSON object; this is none.";
        if (raw.Length > LargestEvent) return $"The event has {raw.Length} bytes; a row holds at most {LargestEvent}.";
        if (!Utf8.IsValid(raw)) return "The event is not UTF-8 text.";
        if (fields.Portal <= 0) return "portalId is missing or not the number of an account.";
        if (fields.OccurredAt < Earliest.ToUnixTimeMilliseconds())
            return "occurredAt is missing, or not a time in milliseconds since 1970 that lies after 2009.";
        if (fields.OccurredAt > (now + LargestLead).ToUnixTimeMilliseconds()) return "occurredAt lies more than a day in the future.";
        if (fields.Type.Of(body).IsEmpty) return "subscriptionType (or eventType) is missing.";
        if (fields.Type.Of(body).Length > LongestName) return $"subscriptionType has more than {LongestName} letters.";
        return null;
    }

    private static WebhookEvent Map(in EventFields fields, ReadOnlyMemory<byte> raw, ReadOnlySpan<byte> body, bool withJournal) => new()
    {
        Portal = fields.Portal,
        AppId = fields.AppId,
        Type = Name(fields.Type.Of(body)),
        Source = SourceOf(fields, body),
        At = DateTimeOffset.FromUnixTimeMilliseconds(fields.OccurredAt),
        Identity = EventIdentity.Of(fields, body, withJournal),
        Raw = raw,
    };

    private static string SourceOf(in EventFields fields, ReadOnlySpan<byte> body)
    {
        var source = fields.ChangeSource.Of(body);
        if (source.IsEmpty) return ChangeSource.Unknown;
        var id = fields.SourceId.Of(body);
        if (id.IsEmpty || !source.SequenceEqual("INTEGRATION"u8)) return Name(source);
        Span<byte> app = stackalloc byte[LongestName];
        var prefix = "INTEGRATION:"u8;
        prefix.CopyTo(app);
        var length = Math.Min(id.Length, app.Length - prefix.Length);
        id[..length].CopyTo(app[prefix.Length..]);
        return Name(app[..(prefix.Length + length)]);
    }

    // The same few names come again and again: each is one string, however many events bear it. They are plain ASCII; in a name that is
    // not, odd letters and JSON's escapes stand as they came.
    private static string Name(ReadOnlySpan<byte> utf8) => StringPool.Shared.GetOrAdd(utf8[..Math.Min(utf8.Length, LongestName)], Encoding.UTF8);

    /// <summary>A dead letter of an event that was read well, but not taken by the store.</summary>
    internal static DeadLetter Refuse(WebhookEvent item, string reason, DateTimeOffset now) =>
        new() { Id = item.Identity, Reason = reason, ReceivedAt = now, Portal = item.Portal, Raw = Encoding.UTF8.GetString(item.Raw.Span) };

    private static DeadLetter Refuse(in EventFields fields, ReadOnlyMemory<byte> raw, int start, string reason, DateTimeOffset now)
    {
        var isCut = raw.Length > LargestEvent;
        return new()
        {
            Id = WithoutAttempt(fields, raw.Span, start),
            Reason = reason,
            ReceivedAt = now,
            Portal = fields.Portal > 0 ? fields.Portal : null,
            Raw = Encoding.UTF8.GetString(isCut ? raw.Span[..LargestEvent] : raw.Span),
            IsCut = isCut,
        };
    }

    // The number of the attempt is the one thing that a repeat changes.
    private static string WithoutAttempt(in EventFields fields, ReadOnlySpan<byte> raw, int start)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var attempt = fields.AttemptNumber;
        hash.AppendData(attempt.Length == 0 ? raw : raw[..(attempt.Start - start)]);
        if (attempt.Length > 0) hash.AppendData(raw[(attempt.Start - start + attempt.Length)..]);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}
