using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.Bus;

/// <summary>What an order asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PollKind>))]
public enum PollKind
{
    Usage,
    Activity,
}

/// <summary>A message of the queue of polls: one account is to be asked by whoever takes it.</summary>
public sealed record PollOrder
{
    private const int Known = 1;

    public int Version { get; init; } = Known;

    public required PollKind Kind { get; init; }

    /// <summary>The account's number.</summary>
    public required long Portal { get; init; }

    /// <summary>When it was due. A poll that began later has done it. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The same for a run that is repeated within its minute, so that the queue's duplicate detection folds its orders.</summary>
    [JsonIgnore]
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Kind}-{Portal}-{At.UtcDateTime:yyyyMMddHHmm}");

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, PollOrderJson.Default.PollOrder);

    /// <returns>Null: these bytes are no order of this monitor.</returns>
    public static PollOrder? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PollOrderJson.Default.PollOrder) is { Version: Known, Portal: > 0 } order
                && Enum.IsDefined(order.Kind)
                ? order
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PollOrder))]
internal sealed partial class PollOrderJson : JsonSerializerContext;
