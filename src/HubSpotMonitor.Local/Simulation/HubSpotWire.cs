using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Simulation;

internal sealed record UsageWire(IReadOnlyList<UsageRowWire> Results);

/// <summary>Times are <see cref="DateTime"/> in UTC because HubSpot writes them with a Z.</summary>
internal sealed record UsageRowWire(string Name, int UsageLimit, int CurrentUsage, DateTime CollectedAt, string FetchStatus, DateTime ResetsAt);

internal sealed record DetailsWire(
    long PortalId,
    string AccountType,
    string TimeZone,
    string CompanyCurrency,
    IReadOnlyList<string> AdditionalCurrencies,
    string UtcOffset,
    long UtcOffsetMilliseconds,
    string UiDomain,
    string DataHostingLocation,
    string PortalName,
    long CreatedAt);

internal sealed record ErrorWire(string Status, string Message, string CorrelationId, string? Category = null);

internal sealed record RateLimitWire(
    string Status, string Message, string ErrorType, string CorrelationId, string PolicyName, string? GroupName = null, string? RequestId = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UsageWire))]
[JsonSerializable(typeof(DetailsWire))]
[JsonSerializable(typeof(ErrorWire))]
[JsonSerializable(typeof(RateLimitWire))]
internal sealed partial class HubSpotJson : JsonSerializerContext;
