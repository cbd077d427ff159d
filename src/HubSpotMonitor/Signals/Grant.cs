using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What an account gave the monitor by OAuth. The two tokens are secrets: they are in no JSON and in no <see cref="ToString"/>.</summary>
public sealed record Grant
{
    /// <summary>HubSpot's tokens live half an hour: renewed after 24 minutes, six are left for trouble.</summary>
    private const double RenewAfter = 0.8;

    public required long Portal { get; init; }

    /// <summary>Empty once the grant has ended.</summary>
    [JsonIgnore]
    public string AccessToken { get; init; } = "";

    /// <summary>Empty once the grant has ended.</summary>
    [JsonIgnore]
    public string RefreshToken { get; init; } = "";

    /// <summary>When somebody agreed; another instant is another grant.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>When the access token was made.</summary>
    public required DateTimeOffset RefreshedAt { get; init; }

    /// <summary>When the access token dies.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What it may do.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    public long? AppId { get; init; }

    /// <summary>Who installed the app, by HubSpot's number.</summary>
    public long? UserId { get; init; }

    /// <summary>Until then a host is renewing it, and no other host may.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>When HubSpot was last asked what it may do.</summary>
    public DateTimeOffset? InspectedAt { get; init; }

    /// <summary>When HubSpot was found to have ended it; null: it lives.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool IsEnded => EndedAt is not null;

    [JsonIgnore]
    public DateTimeOffset RenewAt => RefreshedAt + (RenewAfter * (ExpiresAt - RefreshedAt));

    /// <summary>A claim that reaches further than any does is of a clock that was wrong.</summary>
    public bool IsClaimed(DateTimeOffset now, TimeSpan longest) => ClaimedUntil is { } until && until > now && until - now <= longest;

    /// <summary>After HubSpot said that it is no more; its row keeps no dead token.</summary>
    public Grant End(DateTimeOffset at) => this with { EndedAt = at, AccessToken = "", RefreshToken = "", ClaimedUntil = null };

    public override string ToString() => $"grant of portal {Portal}";
}
