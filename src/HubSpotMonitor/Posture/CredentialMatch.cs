using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>Which record of the inventory is meant by a registered entry, an event or a number.</summary>
internal static class CredentialMatch
{
    public static bool IsApp(CredentialKind kind) => kind is CredentialKind.OAuthGrant or CredentialKind.ServiceKey || IsStaticApp(kind);

    public static bool Matches(Credential seen, RegisteredCredential entry, IReadOnlyList<AccountUser>? users)
    {
        if (!AreOneKind(seen.Kind, entry.Kind)) return false;
        if (entry.ObjectId is { } number) return seen.ObjectId == number;
        return entry.Kind switch
        {
            CredentialKind.ApiKey => true,
            CredentialKind.PersonalAccessKey => IsOf(entry.Owner, seen, users),
            CredentialKind.SmtpToken => entry.Name is { } name && seen.Name == $"SMTP token of {name}",
            _ => false,
        };
    }

    public static bool AreOneKind(CredentialKind one, CredentialKind other) => one == other || (IsStaticApp(one) && IsStaticApp(other));

    // An event keeps the address of its time; the list of users tells who has that number today.
    private static bool IsOf(string owner, Credential seen, IReadOnlyList<AccountUser>? users) =>
        Who.IsSame(seen.CreatedBy ?? seen.Revealed?.By, owner)
        || users?.Any(user => user.Id == (seen.CreatedById ?? seen.Revealed?.UserId) && Who.IsSame(user.Email, owner)) == true;

    // By a token's form alone these cannot be told apart; numbers are unique among them.
    private static bool IsStaticApp(CredentialKind kind) =>
        kind is CredentialKind.LegacyPrivateApp or CredentialKind.ProjectApp or CredentialKind.Unknown;
}
