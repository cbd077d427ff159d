using System.Globalization;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>How the pages about access say things.</summary>
internal static class AccessWords
{
    /// <summary><c>Keys in few hands</c>.</summary>
    /// <param name="number">Of a section of the guide.</param>
    public static string Section(int number) => Capital(RuleSheet.Sections[number - 1]);

    /// <summary><c>Service key</c>.</summary>
    public static string Kind(CredentialKind kind) => Capital(Credential.NameOf(kind, null));

    public static string Status(CredentialStatus status) => status switch
    {
        CredentialStatus.Active => "In use or not known to have ended",
        CredentialStatus.Ended => "Ended",
        _ => "Registered, never seen",
    };

    /// <summary><c>26 days since rotated</c>.</summary>
    public static string Age(Credential credential, DateTimeOffset now) => credential.SecretSince is { } since
        ? $"{Math.Max(0, (now - since).Days)} days{(credential.RotatedAt is null ? "" : " since rotated")}"
        : "not known";

    /// <param name="credential">Only one whose secret is rotated by hand is ever due.</param>
    /// <param name="usualLimit">Of those without an age limit of their own.</param>
    public static DateTimeOffset? DueAt(Credential credential, TimeSpan usualLimit) =>
        credential.NeedsRotation ? credential.DueAt(usualLimit) : null;

    public static ScopeComparison? Compare(Credential credential) =>
        credential is { Scopes: { } granted, NeededScopes: { } needed } ? LeastPrivilege.Compare(granted, needed) : null;

    public static RuleSheet? Sheet(string rule) => RuleCatalog.Sheets.FirstOrDefault(sheet => sheet.Id == rule);

    public static string Link(long portal, Credential credential) =>
        string.Create(CultureInfo.InvariantCulture, $"/pages/access/{portal}/{Uri.EscapeDataString(credential.Id)}");

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
