using System.Globalization;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

/// <summary>Who is still among the account's users.</summary>
internal static class Staff
{
    private const string NumberPrefix = "user ";

    /// <summary>Neither their number nor their address is there any more. Nobody has left while the list of users is not known.</summary>
    /// <param name="evidence">All that is known.</param>
    /// <param name="person">A mail address, or <c>user 876</c>. Other texts, such as a team's name, cannot be looked up.</param>
    /// <param name="of">What they made or answer for: of who made it HubSpot told the number, which outlives a change of address.</param>
    public static bool HasLeft(PostureEvidence evidence, string person, Credential of)
    {
        if (!evidence.CanRead(AccessSource.Users) || evidence.Snapshot.Users is not { } users) return false;
        var id = (Who.IsSame(person, of.CreatedBy) ? of.CreatedById : null) ?? NumberIn(person);
        return (id is not null || person.Contains('@', StringComparison.Ordinal)) && !users.Any(user => user.Id == id || Who.IsSame(user.Email, person));
    }

    private static long? NumberIn(string person) =>
        person.StartsWith(NumberPrefix, StringComparison.Ordinal) && long.TryParse(person.AsSpan(NumberPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
