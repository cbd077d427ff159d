using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Functions.Api;

/// <summary>A stored event; <paramref name="Event"/> is the JSON that HubSpot sent.</summary>
internal sealed record EventView(long Portal, string Type, string Source, DateTimeOffset At, DateTimeOffset ReceivedAt, RawJson Event)
{
    public static EventView Of(StoredEvent stored) =>
        new(stored.Event.Portal, stored.Event.Type, stored.Event.Source, stored.Event.At, stored.ReceivedAt, new RawJson(stored.Event.Raw));
}

/// <summary>JSON that is written as it is. It was read before it was stored, so it is not read again.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal sealed record RawJson(ReadOnlyMemory<byte> Utf8);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
