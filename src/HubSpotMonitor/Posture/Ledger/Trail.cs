using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>The latest of many events, in one order whatever order they came in.</summary>
internal static class Trail
{
    /// <summary>So many are kept of one thing: a year of a busy key, about 28 KB before packing.</summary>
    public const int Longest = 200;

    /// <summary>The same event again changes nothing; the oldest falls out.</summary>
    public static IReadOnlyList<CredentialEvent> Add(IReadOnlyList<CredentialEvent> trail, CredentialEvent item)
    {
        var place = trail.Count;
        while (place > 0 && Compare(trail[place - 1], item) > 0) place--;
        if (place > 0 && Compare(trail[place - 1], item) == 0) return trail;
        if (trail.Count == Longest && place == 0) return trail;
        var skipped = trail.Count == Longest ? 1 : 0;
        var longer = new CredentialEvent[trail.Count + 1 - skipped];
        for (var index = skipped; index < place; index++) longer[index - skipped] = trail[index];
        longer[place - skipped] = item;
        for (var index = place; index < trail.Count; index++) longer[index + 1 - skipped] = trail[index];
        return longer;
    }

    public static CredentialEvent Later(CredentialEvent? one, CredentialEvent other) => one is not null && Compare(one, other) >= 0 ? one : other;

    private static int Compare(CredentialEvent one, CredentialEvent other) =>
        one.At.CompareTo(other.At) is not 0 and var byTime ? byTime : string.CompareOrdinal(one.Evidence, other.Evidence);
}
