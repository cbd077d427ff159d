using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>Kinds of credentials and apps that can reach an account.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CredentialKind>))]
public enum CredentialKind
{
    Unknown,
    LegacyPrivateApp,
    ServiceKey,

    /// <summary>Static token of an app built with HubSpot's projects.</summary>
    ProjectApp,
    OAuthGrant,
    PersonalAccessKey,
    DeveloperKey,

    /// <summary>The account-wide API key of old, <c>hapikey</c>.</summary>
    ApiKey,
    SmtpToken,
}

[JsonConverter(typeof(JsonStringEnumConverter<CredentialStatus>))]
public enum CredentialStatus
{
    /// <summary>Nothing is known of its end.</summary>
    Active,

    /// <summary>Deactivated, deleted or uninstalled.</summary>
    Ended,

    /// <summary>In the registry, but never seen at HubSpot.</summary>
    NeverSeen,
}

/// <summary>Somebody did something to a credential.</summary>
/// <param name="At">When.</param>
/// <param name="What">HubSpot's type, for instance <c>SERVICE_KEY_ROTATE</c>.</param>
/// <param name="By">Mail address, or <c>user 876</c>.</param>
/// <param name="From">Place and address, as far as known.</param>
/// <param name="Evidence">The event's id.</param>
/// <param name="UserId">HubSpot's number of who did it; null: not known.</param>
public sealed record CredentialEvent(DateTimeOffset At, string What, string? By, string? From, string Evidence, long? UserId = null);

/// <summary>What is known of one credential or app, folded from events, introspection, lists and the registry.</summary>
public sealed record Credential
{
    /// <summary>Unique within the portal and the same at every fold: made of kind and HubSpot's number, or of the registry's id.</summary>
    public required string Id { get; init; }

    public required CredentialKind Kind { get; init; }

    /// <summary>For people: the registry's name, or kind and number.</summary>
    public required string Name { get; init; }

    /// <summary>HubSpot's number of it.</summary>
    public string? ObjectId { get; init; }

    public string? Owner { get; init; }

    public string? Purpose { get; init; }

    /// <summary>The systems that use it, from the registry.</summary>
    public IReadOnlyList<string> Consumers { get; init => field = value ?? []; } = [];

    /// <summary>Id of its entry in the registry; null: nobody registered it.</summary>
    public string? RegisteredAs { get; init; }

    /// <summary>The monitor itself holds it.</summary>
    public bool IsOwn { get; init; }

    public required CredentialStatus Status { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>HubSpot's number of who made it, which outlives a change of address; null: not known.</summary>
    public long? CreatedById { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>When somebody last looked at the secret.</summary>
    public CredentialEvent? Revealed { get; init; }

    /// <summary>The last sign that it is used or cared for: an event, a write seen by webhook, our own use.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>When webhooks last named it as what changed records; null: not within 28 days.</summary>
    public DateTimeOffset? LastWroteAt { get; init; }

    /// <summary>The day on which webhooks first did. Not stored: it is known anew at every judgement.</summary>
    [JsonIgnore]
    public DateTimeOffset? WritesSince { get; init; }

    /// <summary>Null: not known.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>What the registry says it needs; null: it does not say.</summary>
    public IReadOnlyList<string>? NeededScopes { get; init; }

    /// <summary>How old it may get before it must be rotated.</summary>
    public TimeSpan? AgeLimit { get; init; }

    /// <summary>All that happened to it, oldest first; the latest 200.</summary>
    public IReadOnlyList<CredentialEvent> History { get; init => field = value ?? []; } = [];

    /// <summary>The id by kind and HubSpot's number; without a number that of its kind alone.</summary>
    public static string IdOf(CredentialKind kind, string? number) => number is null ? $"{kind}" : $"{kind}:{number}";

    /// <summary>The id of what only the registry knows, by its entry's id.</summary>
    public static string IdOfEntry(string entry) => $"registered:{entry}";

    /// <summary><c>service key 7654</c>.</summary>
    public static string NameOf(CredentialKind kind, string? number)
    {
        var name = kind switch
        {
            CredentialKind.LegacyPrivateApp => "private app",
            CredentialKind.ServiceKey => "service key",
            CredentialKind.ProjectApp => "project app",
            CredentialKind.OAuthGrant => "app",
            CredentialKind.PersonalAccessKey => "personal access key",
            CredentialKind.DeveloperKey => "developer key",
            CredentialKind.ApiKey => "API key (hapikey)",
            CredentialKind.SmtpToken => "SMTP token",
            _ => "app or key",
        };
        return number is null ? name : $"{name} {number}";
    }

    /// <summary>A secret that lives until somebody makes it new; the tokens of an OAuth grant live for half an hour.</summary>
    public static bool IsStatic(CredentialKind kind) => kind is not (CredentialKind.OAuthGrant or CredentialKind.Unknown);

    /// <summary>Somebody has to rotate its secret.</summary>
    [JsonIgnore]
    public bool NeedsRotation => Status == CredentialStatus.Active && IsStatic(Kind);

    /// <summary>When its secret was last made new, as far as known.</summary>
    [JsonIgnore]
    public DateTimeOffset? SecretSince => CreatedAt is null || RotatedAt > CreatedAt ? RotatedAt : CreatedAt;

    /// <summary>When it must be rotated; null: its age is not known, or it has no limit.</summary>
    /// <param name="usualLimit">For those without a limit of their own; null: they have none.</param>
    public DateTimeOffset? DueAt(TimeSpan? usualLimit) => SecretSince + (AgeLimit ?? usualLimit);

    /// <summary>
    /// Whether a proof is about it, under whatever id it had then: one that is registered gets HubSpot's number with its first event, which may be
    /// that of the rotation itself, and the monitor's own without a number is named by its secret. Older proofs may name the registry's entry.
    /// </summary>
    public bool IsMeantBy(RotationProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return proof.Credential == Id
            || (RegisteredAs is { } entry && (proof.Credential == entry || proof.Credential == IdOfEntry(entry)))
            || (IsOwn && (proof.Credential == IdOf(Kind, proof.OldFingerprint) || proof.Credential == IdOf(Kind, proof.NewFingerprint)));
    }
}
