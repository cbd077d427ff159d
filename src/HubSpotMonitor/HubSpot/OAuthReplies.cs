using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.HubSpot;

/// <summary>An app as HubSpot's token endpoint knows it.</summary>
public sealed record OAuthApp(string ClientId, string ClientSecret)
{
    /// <summary>Without the secret, so that no log line can hold it.</summary>
    public override string ToString() => $"app {ClientId}";
}

/// <summary>
/// Wire shape of <c>/oauth/{version}/token</c> for an account's grant (developers.hubspot.com, "OAuth tokens"). Everything is optional:
/// <c>hub_id</c> and <c>scopes</c> were added in 2025, a refresh need not bring a new refresh token, and an app's own token has neither.
/// </summary>
/// <param name="AccessToken">A secret for half an hour.</param>
/// <param name="RefreshToken">A secret for as long as the app is installed.</param>
/// <param name="ExpiresIn">Seconds that the access token lives.</param>
/// <param name="HubId">The account that the person chose.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record GrantReply(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("expires_in")] double? ExpiresIn,
    [property: JsonPropertyName("hub_id")] long? HubId,
    IReadOnlyList<string>? Scopes)
{
    /// <summary>What HubSpot documents for an access token.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(30);

    /// <summary>How long the access token lives. A life that cannot be is taken for the usual one.</summary>
    [JsonIgnore]
    public TimeSpan Life => ExpiresIn is > 0 and < 86400 and { } seconds ? TimeSpan.FromSeconds(seconds) : UsualLife;

    /// <summary>Without the tokens, so that no log line can hold them.</summary>
    public override string ToString() => nameof(GrantReply);
}

/// <summary>
/// Wire shape of <c>/oauth/{version}/token/introspect</c>, as far as we need it. The answer repeats the token: here it has no place.
/// </summary>
/// <param name="Active">False, and nothing else: the token is dead.</param>
/// <param name="HubId">The account it opens.</param>
/// <param name="AppId">The app it belongs to.</param>
/// <param name="UserId">Who installed the app.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record IntrospectReply(
    bool? Active,
    [property: JsonPropertyName("hub_id")] long? HubId,
    [property: JsonPropertyName("app_id")] long? AppId,
    [property: JsonPropertyName("user_id")] long? UserId,
    IReadOnlyList<string>? Scopes);

/// <summary>RFC 6749, 5.2, with HubSpot's own <c>status</c> beside it, such as <c>BAD_REFRESH_TOKEN</c> or <c>BAD_HUB</c>.</summary>
internal sealed record OAuthErrorReply(string? Error, string? Status);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = 16)]
[JsonSerializable(typeof(GrantReply))]
[JsonSerializable(typeof(IntrospectReply))]
[JsonSerializable(typeof(OAuthErrorReply))]
internal sealed partial class OAuthJson : JsonSerializerContext;
