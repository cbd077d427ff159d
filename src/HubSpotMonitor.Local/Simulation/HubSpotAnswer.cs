using System.Text.Json;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>An answer in HubSpot's words.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body.</param>
/// <param name="CorrelationId">What support would ask for.</param>
internal sealed record HubSpotAnswer(int Status, string Json, string CorrelationId)
{
    /// <summary>HubSpot's rate-limit headers, where it sends them.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static HubSpotAnswer Of(UsageWire usage) => new(200, JsonSerializer.Serialize(usage, HubSpotJson.Default.UsageWire), NewId());

    public static HubSpotAnswer Of(DetailsWire details) => new(200, JsonSerializer.Serialize(details, HubSpotJson.Default.DetailsWire), NewId());

    public static HubSpotAnswer Of(JsonObject body) => new(200, body.ToJsonString(), NewId());

    /// <summary>The form that names what is missing, deep inside.</summary>
    public static HubSpotAnswer MissingScopes(string scope)
    {
        var id = NewId();
        var body = new JsonObject
        {
            ["status"] = "error",
            ["message"] = "This app hasn't been granted all required scopes to make this call.",
            ["correlationId"] = id,
            ["errors"] = new JsonArray(new JsonObject
            {
                ["message"] = "One or more of the following scopes are required.",
                ["context"] = new JsonObject { ["requiredGranularScopes"] = new JsonArray(scope) },
            }),
            ["category"] = "MISSING_SCOPES",
        };
        return new(403, body.ToJsonString(), id);
    }

    public static HubSpotAnswer Invalid(string message) => Error(400, message, "VALIDATION_ERROR");

    public static HubSpotAnswer NoCredentials() => Error(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview");

    public static HubSpotAnswer DeadToken() => Error(401, "The access token is invalid, expired or revoked.");

    public static HubSpotAnswer NothingHere() => Error(404, "resource not found", null);

    public static HubSpotAnswer DailyLimit() =>
        Limited(id => new("error", "You have reached your daily limit.", "RATE_LIMIT", id, "DAILY", RequestId: NewId()));

    public static HubSpotAnswer TenSecondLimit(long portal, int app) => Limited(id => new(
        "error",
        "You have reached your ten_secondly_rolling limit.",
        "RATE_LIMIT",
        id,
        "TEN_SECONDLY_ROLLING",
        $"publicapi:private_app-api-calls-ten-secondly:{portal}:{app}"));

    private static HubSpotAnswer Error(int status, string message, string? category = "INVALID_AUTHENTICATION")
    {
        var id = NewId();
        return new(status, JsonSerializer.Serialize(new ErrorWire("error", message, id, category), HubSpotJson.Default.ErrorWire), id);
    }

    private static HubSpotAnswer Limited(Func<string, RateLimitWire> body)
    {
        var id = NewId();
        return new(429, JsonSerializer.Serialize(body(id), HubSpotJson.Default.RateLimitWire), id);
    }

    private static string NewId() => Guid.NewGuid().ToString();
}
