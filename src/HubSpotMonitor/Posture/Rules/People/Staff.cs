using System.Globalization;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

/// <summary>Who is still among the account's users.</summary>
internal static class Staff
{
    private const string NumberPrefix = "user ";

    /// <summary>
    /// Neither their number nor their address is there any more, or they were deactivated. Nobody has left while the list of users is not known, nor
    /// has whoever came after it was read.
    /// </summary>
    /// <param name="evidence">All that is known.</param>
    /// <param name="person">A mail address, or <c>user 876</c>. Other texts, such as a team's name, cannot be looked up.</param>
    /// <param name="of">What they made or answer for: of who made it HubSpot told the number, which outlives a change of address.</param>
    /// <returns>Null: they are here.</returns>
    public static Leave? LeaveOf(PostureEvidence evidence, string person, Credential of)
    {
        if (!evidence.CanRead(AccessSource.Users) || evidence.Snapshot.Users is not { } users) return null;
        var id = (Who.IsSame(person, of.CreatedBy) ? of.CreatedById : null) ?? NumberIn(person);
        if (id is null && !person.Contains('@', StringComparison.Ordinal)) return null;
        var listed = users.Where(user => user.Id == id || Who.IsSame(user.Email, person)).ToList();
        if (listed.Count == 0 && CameSince(evidence, evidence.State(AccessSource.Users)!.At, id, person, of)) return null;
        if (listed.Count == 0) return new("is not among the account's users any more", null);
        return listed.TrueForAll(user => IsDeactivated(evidence, user))
            ? new("was deactivated", listed.Max(user => evidence.After.Users[Who.Key(user.Id)].DeactivatedAt))
            : null;
    }

    /// <summary>As far as HubSpot's security activity and logins tell: its list of users does not mark them.</summary>
    public static bool IsDeactivated(PostureEvidence evidence, AccountUser user) =>
        evidence.After.Users.GetValueOrDefault(Who.Key(user.Id)) is { IsDeactivated: true };

    // A long list is read once a day. What else is seen of people is no sign: apps go on in the name of who left.
    private static bool CameSince(PostureEvidence evidence, DateTimeOffset read, long? id, string person, Credential of) =>
        (of.CreatedAt > read && Who.IsSame(person, of.CreatedBy))
        || evidence.After.Users.Values.Any(track => (track.LetInAt > read || track.LastLogin?.At > read)
            && ((id is { } number && track.Key == Who.Key(number)) || Who.IsSame(track.Mail, person)));

    private static long? NumberIn(string person) =>
        person.StartsWith(NumberPrefix, StringComparison.Ordinal)
            && long.TryParse(person.AsSpan(NumberPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    /// <param name="How">To follow their name.</param>
    /// <param name="At">Null: not known.</param>
    public sealed record Leave(string How, DateTimeOffset? At);
}
