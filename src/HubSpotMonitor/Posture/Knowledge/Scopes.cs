using System.Collections.Frozen;
using System.Text.Json;

namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>What is known of a scope. The classification is ours; HubSpot publishes only the names.</summary>
/// <param name="Name">As HubSpot writes it.</param>
/// <param name="Writes">It can change something.</param>
/// <param name="IsHighRisk">It reads messages and files, or changes much, or worse.</param>
/// <param name="IsGrave">It moves data in bulk, changes users or money, or reaches data that the law protects: a thief's first wish.</param>
/// <param name="IsCoarse">An old scope that means a whole area, reading and writing.</param>
/// <param name="IsHighlySensitive">It reaches data that the law protects.</param>
public sealed record Scope(string Name, bool Writes, bool IsHighRisk, bool IsGrave, bool IsCoarse, bool IsHighlySensitive);

/// <summary>The scopes that HubSpot's public documents name: <c>Data/scopes.json</c>.</summary>
public static class Scopes
{
    private static readonly Lazy<FrozenDictionary<string, Scope>> All = new(Read);

    public static bool IsKnown(string name) => All.Value.ContainsKey(name);

    /// <summary>A name that is newer than the list is read by HubSpot's own rules of naming.</summary>
    public static Scope Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.Value.TryGetValue(name, out var scope)
            ? scope
            : new(
                name,
                name.EndsWith(".write", StringComparison.Ordinal),
                IsHighlySensitive(name),
                IsHighlySensitive(name),
                IsCoarse: false,
                IsHighlySensitive(name));
    }

    /// <summary>Whether widening to this scope calls for somebody at any hour.</summary>
    public static bool IsGrave(string name) => Of(name).IsGrave;

    private static FrozenDictionary<string, Scope> Read()
    {
        using var stream = EmbeddedData.Open("scopes.json");
        var rows = JsonSerializer.Deserialize(stream, KnowledgeJson.Default.ScopeRowArray)!;
        return rows
            .Select(row => new Scope(
                row.Name,
                row.Access is "write" or "read-write",
                row.Risk is "high" or "critical",
                row.Risk == "critical",
                row.Coarse,
                IsHighlySensitive(row.Name)))
            .ToFrozenDictionary(scope => scope.Name, StringComparer.Ordinal);
    }

    private static bool IsHighlySensitive(string name) => name.Contains("highly_sensitive", StringComparison.Ordinal);
}
