using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Bus;

/// <summary>The body of a message on the bus: which channels it is for, and what they shall tell.</summary>
public sealed record AlertEnvelope
{
    private const int Known = 1;

    public required int Version { get; init; }

    /// <summary>Only these take it: the subscriptions' filters spare work, this decides.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    public required AlertMessage Message { get; init; }

    public static AlertEnvelope Of(AlertMessage message, IEnumerable<string> channels) =>
        new() { Version = Known, Channels = [.. channels.Order(StringComparer.Ordinal)], Message = message };

    public bool IsFor(string channel) => Channels.Contains(channel);

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, AlertEnvelopeJson.Default.AlertEnvelope);

    /// <returns>Either the envelope, or why these bytes are none of ours.</returns>
    public static (AlertEnvelope? Envelope, string? Why) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AlertEnvelopeJson.Default.AlertEnvelope) switch
            {
                { Version: Known, Channels.Count: > 0, Message.Finding: not null } ours when EnvelopeCheck.IsWhole(ours) => (ours, null),
                { Version: not Known } other => (null, $"Version {other.Version} of the message is not known here."),
                _ => (null, "The message names no channel or lacks a part that every message has."),
            };
        }
        catch (JsonException)
        {
            return (null, "The body is not a message of this monitor.");
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AlertEnvelope))]
internal sealed partial class AlertEnvelopeJson : JsonSerializerContext;
