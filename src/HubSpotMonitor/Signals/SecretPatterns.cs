using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Signals;

/// <summary>A HubSpot secret in a text.</summary>
/// <param name="Fingerprint"><c>pat-na1-…1234</c>: enough to recognise it, too little to use it. The secret itself is not kept.</param>
/// <param name="Index">Where it begins.</param>
/// <param name="Length">How long it is, in letters.</param>
public sealed record SecretFound(string Fingerprint, int Index, int Length);

/// <summary>A secret found where none belongs.</summary>
/// <param name="Fingerprint">See <see cref="SecretFound"/>.</param>
/// <param name="Where">The place in words: <c>access registry, line 12</c>.</param>
/// <param name="At">When it was seen last.</param>
/// <param name="Evidence">Id of the stored event that it stood in; null: it was in no event.</param>
public sealed record SecretSighting(string Fingerprint, string Where, DateTimeOffset At, string? Evidence = null);

/// <summary>A text that may be kept.</summary>
/// <param name="Text">With fingerprints in the place of secrets; the very same memory where there are none.</param>
/// <param name="Found">What stood in it.</param>
public sealed record RedactedText(ReadOnlyMemory<byte> Text, IReadOnlyList<SecretFound> Found);

/// <summary>
/// Finds HubSpot's secrets in any text. The expressions do not backtrack, so that no text can make them slow. The form of the personal access
/// key (base64 of a message that begins with the data centre) is derived from public fixtures.
/// </summary>
public static partial class SecretPatterns
{
    /// <summary>
    /// How a personal access key begins: base64 of a message whose first field is a data centre (na1 to na3, eu1, eu2, ap1) and a uuid.
    /// </summary>
    internal const string PersonalKeyHead = "CiR(uYTEt|uYTIt|uYTMt|ldTEt|ldTIt|hcDEt)";

    private const int TailLetters = 4;

    /// <summary>
    /// The key is a uuid, the end of what is matched. Only it is replaced: with its name and quotes a JSON text would be none any more.
    /// </summary>
    private const int ApiKeyLetters = 36;

    /// <summary>Every secret holds one of these: few texts need more than this look.</summary>
    private static readonly SearchValues<string> Heads =
        SearchValues.Create(["pat-", "hapikey", "CiRuYT", "CiRldT", "CiRhcD"], StringComparison.OrdinalIgnoreCase);

    public static IReadOnlyList<SecretFound> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAny(Heads)) return [];
        return [.. AccessToken().Matches(text).Select(match => new SecretFound(OfToken(match), match.Index, match.Length))
            .Concat(PersonalAccessKey().Matches(text).Select(match => new SecretFound(OfPersonalKey(match), match.Index, match.Length)))
            .Concat(ApiKey().Matches(text)
                .Select(match => new SecretFound(OfApiKey(match), match.Index + match.Length - ApiKeyLetters, ApiKeyLetters)))
            .OrderBy(secret => secret.Index)];
    }

    /// <summary>The text with fingerprints in the place of secrets; its lines stay as they are.</summary>
    public static string Redact(string text) =>
        ApiKey().Replace(
            PersonalAccessKey().Replace(AccessToken().Replace(text, OfToken), OfPersonalKey),
            match => match.Value[..^ApiKeyLetters] + OfApiKey(match));

    /// <param name="text">UTF-8, or what claims to be: secrets are plain ASCII, and every other byte stays as it came.</param>
    public static RedactedText Redact(ReadOnlyMemory<byte> text)
    {
        // A letter a byte, so that places in the one are places in the other.
        var letters = Encoding.ASCII.GetString(text.Span);
        var found = Find(letters);
        if (found.Count == 0) return new(text, found);
        var redacted = new ArrayBufferWriter<byte>(text.Length);
        var next = 0;
        foreach (var secret in found)
        {
            if (secret.Index < next) continue; // it stands within the one before
            redacted.Write(text.Span[next..secret.Index]);
            redacted.Write(Encoding.UTF8.GetBytes(secret.Fingerprint));
            next = secret.Index + secret.Length;
        }
        redacted.Write(text.Span[next..]);
        return new(redacted.WrittenMemory, found);
    }

    private static string OfToken(Match match) => $"{match.Value[..(match.Value.IndexOf('-', 4) + 1)]}…{Tail(match.Value)}".ToLowerInvariant();

    private static string OfPersonalKey(Match match) => $"personal access key …{Tail(match.Value)}";

    private static string OfApiKey(Match match) => $"hapikey …{Tail(match.Value).ToLowerInvariant()}";

    private static string Tail(string secret) => secret[^TailLetters..];

    // Of a private app, a service key or a project app. Two or three letters and a number name the data centre: na1, na2, eu1, ap1 and what may come.
    [GeneratedRegex(
        @"\bpat-[a-z]{2,3}[0-9]{1,2}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex AccessToken();

    [GeneratedRegex(@"\b" + PersonalKeyHead + "[A-Za-z0-9+/_-]{52,155}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PersonalAccessKey();

    // The account-wide key of old: in an address, in JSON, in JSON within a string of JSON, in YAML, in a line of settings.
    [GeneratedRegex(
        @"\bhapikey\\?[""']?[ \t]{0,3}(=|:|%3D)[ \t]{0,3}\\?[""']?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ApiKey();
}
