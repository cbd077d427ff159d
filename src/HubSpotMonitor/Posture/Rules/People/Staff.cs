using System.Globalization;

namespace HubSpotMonitor.Posture.Rules.People;

/// <summary>Who is still among the account's users.</summary>
internal static class Staff
{
    private const string NumberPrefix = "user ";

    /// <summary>Nobody has left while the list of users is not known.</summary>
    /// <param name="evidence">All that is known.</param>
    /// <param name="person">A mail address, or <c>user 876</c>. Other texts, such as a team's name, cannot be looked up.</param>
    public static bool HasLeft(PostureEvidence evidence, string person)
    {
        if (!evidence.CanRead(Signals.AccessSource.Users) || evidence.Snapshot.Users is not { } users) return false;
        if (person.StartsWith(NumberPrefix, StringComparison.Ordinal) && long.TryParse(person.AsSpan(NumberPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return users.All(user => user.Id != id);
        return person.Contains('@', StringComparison.Ordinal) && !users.Any(user => string.Equals(user.Email, person, StringComparison.OrdinalIgnoreCase));
    }
}
