namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>What a credential may do against what it needs.</summary>
/// <param name="Surplus">Granted and not needed.</param>
/// <param name="Coarse">Granted, and of those that open a whole area.</param>
/// <param name="HighlySensitive">Granted, and reaching data that the law protects.</param>
/// <param name="Risky">Of the surplus, what would hurt most in a thief's hands.</param>
/// <param name="Smaller">The set that is enough.</param>
/// <param name="Missing">Needed and not granted: the integration fails there, or the registry is wrong.</param>
public sealed record ScopeComparison(
    IReadOnlyList<string> Surplus, IReadOnlyList<string> Coarse, IReadOnlyList<string> HighlySensitive,
    IReadOnlyList<string> Risky, IReadOnlyList<string> Smaller, IReadOnlyList<string> Missing)
{
    /// <summary>One sentence for a person.</summary>
    public string Says => Surplus.Count == 0
        ? "It holds no more than it needs."
        : $"{Surplus.Count} of {Surplus.Count + Smaller.Count} scopes are not needed: {Names(Surplus)}. Here is the smaller set: {(Smaller.Count == 0 ? "none at all" : Names(Smaller))}.";

    private static string Names(IReadOnlyList<string> scopes) => string.Join(", ", scopes);
}

/// <summary>Which scopes could go.</summary>
public static class LeastPrivilege
{
    /// <summary>What any valid token has: HubSpot gives it to every app, and nothing is gained by taking it away.</summary>
    private const string Always = "oauth";

    public static ScopeComparison Compare(IEnumerable<string> granted, IEnumerable<string> needed)
    {
        var (has, needs) = (Set(granted), Set(needed));
        var surplus = has.Where(scope => scope != Always && !needs.Contains(scope)).ToList();
        return new(
            surplus,
            [.. has.Where(scope => Scopes.Of(scope).IsCoarse)],
            [.. has.Where(scope => Scopes.Of(scope).IsHighlySensitive)],
            [.. surplus.Where(scope => Scopes.Of(scope) is { Writes: true } or { IsHighRisk: true })],
            [.. has.Where(needs.Contains)],
            [.. needs.Where(scope => scope != Always && !has.Contains(scope))]);
    }

    private static SortedSet<string> Set(IEnumerable<string> scopes) => new(scopes, StringComparer.Ordinal);
}
