using System.Text.RegularExpressions;

namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>What kind of secret was found.</summary>
public enum SecretKind
{
    /// <summary>Token of a private app, a service key or a project app: <c>pat-na1-…</c>.</summary>
    AccessToken,
    PersonalAccessKey,

    /// <summary>The account-wide key of old in an address.</summary>
    ApiKey,
}

/// <summary>A HubSpot secret in a text.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Fingerprint"><c>pat-na1-…1234</c>: enough to recognise it, too little to use it. The secret itself is not kept.</param>
/// <param name="Index">Where it begins.</param>
public sealed record SecretFound(SecretKind Kind, string Fingerprint, int Index);

/// <summary>A secret found where none belongs.</summary>
/// <param name="Found">What it is.</param>
/// <param name="Where">The place in words: <c>access registry, line 12</c>.</param>
/// <param name="At">When it was seen.</param>
public sealed record SecretSighting(SecretFound Found, string Where, DateTimeOffset At);

/// <summary>
/// Finds HubSpot's secrets in any text. The expressions do not backtrack, so that no text can make them slow. The form of the personal access
/// key (base64 of a message that begins with the data centre) is derived from public fixtures.
/// </summary>
public static partial class SecretPatterns
{
    private const int TailLetters = 4;

    public static IReadOnlyList<SecretFound> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. AccessToken().Matches(text).Select(match => new SecretFound(SecretKind.AccessToken, OfToken(match), match.Index))
            .Concat(PersonalAccessKey().Matches(text).Select(match => new SecretFound(SecretKind.PersonalAccessKey, OfPersonalKey(match), match.Index)))
            .Concat(ApiKey().Matches(text).Select(match => new SecretFound(SecretKind.ApiKey, OfApiKey(match), match.Index)))
            .OrderBy(secret => secret.Index)];
    }

    /// <summary>The text with fingerprints in the place of secrets; its lines stay as they are.</summary>
    public static string Redact(string text) => ApiKey().Replace(PersonalAccessKey().Replace(AccessToken().Replace(text, OfToken), OfPersonalKey), OfApiKey);

    private static string OfToken(Match match) => $"{match.Value[..(match.Value.IndexOf('-', 4) + 1)].ToLowerInvariant()}…{Tail(match.Value)}";

    private static string OfPersonalKey(Match match) => $"personal access key …{Tail(match.Value)}";

    private static string OfApiKey(Match match) => $"hapikey …{Tail(match.Value)}";

    private static string Tail(string secret) => secret[^TailLetters..];

    // Two or three letters and a number name the data centre: na1, na2, eu1, ap1 and what may come.
    [GeneratedRegex(@"\bpat-[a-z]{2,3}[0-9]{1,2}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex AccessToken();

    [GeneratedRegex(@"\bCiR(uYTEt|uYTIt|uYTMt|ldTEt|ldTIt|hcDEt)[A-Za-z0-9+/_-]{52,155}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PersonalAccessKey();

    // In an address, in JSON, in YAML, in a line of settings.
    [GeneratedRegex(@"\bhapikey[""']?[ \t]{0,3}(=|:|%3D)[ \t]{0,3}[""']?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ApiKey();
}
