using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.HubSpot;

/// <summary>
/// Reads a field by what is there rather than by what the documents say: a number where a text was is a text, an object where a text was is
/// a gap. One field that HubSpot writes in another way must not cost a page of history.
/// </summary>
internal sealed class LenientText : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType == JsonTokenType.Number) return Encoding.UTF8.GetString(reader.ValueSpan);
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <inheritdoc cref="LenientText"/>
internal sealed class LenientNumber : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)) return number;
        if (reader.TokenType == JsonTokenType.String
            && long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return number;
        }
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <inheritdoc cref="LenientText"/>
internal sealed class LenientFlag : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return reader.GetBoolean();
        if (reader.TokenType == JsonTokenType.String && bool.TryParse(reader.GetString(), out var flag)) return flag;
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>ISO 8601, or milliseconds since 1970 as HubSpot's older APIs write times.</summary>
internal sealed class LenientTime : JsonConverter<DateTimeOffset?>
{
    private const DateTimeStyles Zone = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var milliseconds) && milliseconds >= 0 && milliseconds <= Latest)
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        if (reader.TokenType == JsonTokenType.String && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, Zone, out var at))
            return at;
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A mail address in the security history, a number and an address in the audit log.</summary>
internal sealed class LenientActor : JsonConverter<ActorReply?>
{
    public override ActorReply? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new(null, reader.GetString());
            case JsonTokenType.Number when reader.TryGetInt64(out var id):
                return new(id, null);
            case JsonTokenType.StartObject:
                var actor = JsonSerializer.Deserialize(ref reader, AccessJson.Default.ActorFields);
                return new(actor?.UserId, actor?.UserEmail);
            default:
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, ActorReply? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
