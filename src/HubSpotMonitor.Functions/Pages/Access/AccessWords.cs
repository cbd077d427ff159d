using System.Globalization;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>How the pages about access say things.</summary>
internal static class AccessWords
{
    /// <summary>The sections of the guide "Securing API Access in HubSpot", by their numbers.</summary>
    public static IReadOnlyList<string> Sections { get; } =
    [
        "Understanding API access",
        "Keys in few hands",
        "Keys kept safe and rotated",
        "OAuth instead of keys",
        "Monitoring API usage",
        "Limiting access",
    ];

    /// <summary><c>Service key</c>.</summary>
    public static string Kind(CredentialKind kind)
    {
        var name = Inventory.NameOf(kind, null);
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

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
        Inventory.IsRotated(credential) ? credential.DueAt(usualLimit) : null;

    public static ScopeComparison? Compare(Credential credential) =>
        credential is { Scopes: { } granted, NeededScopes: { } needed } ? LeastPrivilege.Compare(granted, needed) : null;

    public static RuleSheet? Sheet(string rule) => RuleCatalog.Sheets.FirstOrDefault(sheet => sheet.Id == rule);

    public static string Link(long portal, Credential credential) =>
        string.Create(CultureInfo.InvariantCulture, $"/pages/access/{portal}/{Uri.EscapeDataString(credential.Id)}");
}
