using System.Collections.Frozen;
using System.Text.Json;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>What somebody did to a credential or app.</summary>
public enum CredentialAct
{
    /// <summary>Something else about it; kept in its history.</summary>
    Other,
    Created,

    /// <summary>The secret was shown to somebody.</summary>
    Revealed,
    Rotated,
    Ended,
    ScopesChanged,
    ScheduleSet,
    ScheduleRemoved,
}

/// <summary>What HubSpot's names of security activity mean. The set is open: a name may come that nobody here has heard of.</summary>
public static class ActivityTypes
{
    /// <summary>A secret was pasted where it can be read by whoever reads the function.</summary>
    public const string SecretInFunction = "SECRET_ADDED_TO_SERVERLESS_FUNCTION";

    /// <summary>HubSpot rotated a key by its schedule: nobody's doing, whoever is named.</summary>
    public const string AutoRotated = "SERVICE_KEY_AUTO_ROTATE";

    public const string ProtectedBlocked = "TWO_FACTOR_PROTECTED_ENDPOINT_BLOCKED";
    public const string AppInstalled = "INSTALL_INTEGRATION";
    public const string AppUninstalled = "UNINSTALL_INTEGRATION";

    private static readonly (string Prefix, CredentialKind Kind)[] Kinds =
    [
        ("PRIVATE_APP_", CredentialKind.LegacyPrivateApp),
        ("SERVICE_KEY_", CredentialKind.ServiceKey),
        ("PERSONAL_ACCESS_KEY_", CredentialKind.PersonalAccessKey),
        ("HAPIKEY_", CredentialKind.ApiKey),
        ("SMTP_TOKEN_", CredentialKind.SmtpToken),
        ("PUBLIC_APP_", CredentialKind.OAuthGrant),
        (AppInstalled, CredentialKind.OAuthGrant),
        (AppUninstalled, CredentialKind.OAuthGrant),
    ];

    // Not _CLIENT_SECRET_WRITE: the client secret signs webhooks and opens OAuth, and the token that carries the same number lives on.
    private static readonly (string Suffix, CredentialAct Act)[] Acts =
    [
        (AppUninstalled, CredentialAct.Ended), // before the name that it ends with
        ("_SCHEDULE_SET", CredentialAct.ScheduleSet),
        ("_SCHEDULE_UPDATED", CredentialAct.ScheduleSet),
        ("_SCHEDULE_REMOVED", CredentialAct.ScheduleRemoved),
        ("_SCOPE_GROUPS_UPDATE", CredentialAct.ScopesChanged),
        ("_PERMISSIONS_UPDATE", CredentialAct.ScopesChanged),
        ("_CREATE", CredentialAct.Created),
        ("_CREATED", CredentialAct.Created),
        (AppInstalled, CredentialAct.Created),
        ("_VIEW", CredentialAct.Revealed),
        ("_REVEAL", CredentialAct.Revealed),
        ("_RETRIEVED", CredentialAct.Revealed),
        ("_ROTATE", CredentialAct.Rotated),
        ("_PASSWORD_RESET", CredentialAct.Rotated),
        ("_DEACTIVATE", CredentialAct.Ended),
        ("_DELETED", CredentialAct.Ended),
    ];

    private static readonly Lazy<FrozenSet<string>> Known = new(Read);

    // Asked for every event: the answer for a name is worked out once.
    private static readonly Lazy<FrozenDictionary<string, (CredentialKind, CredentialAct)>> Meanings =
        new(() => Known.Value.ToFrozenDictionary(type => type, type => (FindKind(type), FindAct(type)), StringComparer.Ordinal));

    public static bool IsKnown(string type) => Known.Value.Contains(type);

    /// <summary>Which kind of credential the name speaks of; <see cref="CredentialKind.Unknown"/>: of none.</summary>
    public static (CredentialKind Kind, CredentialAct Act) MeaningOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Meanings.Value.TryGetValue(type, out var meaning) ? meaning : (FindKind(type), FindAct(type));
    }

    public static CredentialAct ActOf(string type) => MeaningOf(type).Act;

    private static CredentialKind FindKind(string type) => Kinds.FirstOrDefault(kind => type.StartsWith(kind.Prefix, StringComparison.Ordinal)).Kind;

    private static CredentialAct FindAct(string type) =>
        FindKind(type) == CredentialKind.Unknown
            ? CredentialAct.Other
            : Acts.FirstOrDefault(act => type.EndsWith(act.Suffix, StringComparison.Ordinal)).Act;

    private static FrozenSet<string> Read()
    {
        using var stream = EmbeddedData.Open("activity-types.json");
        return JsonSerializer.Deserialize(stream, KnowledgeJson.Default.StringArray)!.ToFrozenSet(StringComparer.Ordinal);
    }
}
