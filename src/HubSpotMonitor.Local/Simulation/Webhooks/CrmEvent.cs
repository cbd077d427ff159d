using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>One event of a webhook's body, with HubSpot's names in HubSpot's order.</summary>
public sealed record CrmEvent
{
    public required long EventId { get; init; }

    public required int SubscriptionId { get; init; }

    public required long PortalId { get; init; }

    /// <summary>The app that subscribed, which is not the one that made the change.</summary>
    public required int AppId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long OccurredAt { get; init; }

    public required string SubscriptionType { get; init; }

    /// <summary>0 the first time, one more with each retry.</summary>
    public int AttemptNumber { get; init; }

    public required long ObjectId { get; init; }

    public string? PropertyName { get; init; }

    public string? PropertyValue { get; init; }

    /// <summary><c>CREATED</c> or <c>DELETED</c>.</summary>
    public string? ChangeFlag { get; init; }

    /// <summary><c>INTEGRATION</c>, <c>CRM_UI</c> or <c>IMPORT</c>.</summary>
    public required string ChangeSource { get; init; }

    /// <summary>The number of the app, <c>userId:</c> and the person's, or the import's.</summary>
    public required string SourceId { get; init; }

    [JsonIgnore]
    internal DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(OccurredAt);

    // Names beyond ASCII travel as they are, so that bytes and letters are not the same number.
    private static readonly CrmEventJson Json = new(
        new JsonSerializerOptions(CrmEventJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The body of a request.</summary>
    internal static byte[] Body(IReadOnlyList<CrmEvent> events) => JsonSerializer.SerializeToUtf8Bytes(events, Json.IReadOnlyListCrmEvent);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<CrmEvent>))]
internal sealed partial class CrmEventJson : JsonSerializerContext;
