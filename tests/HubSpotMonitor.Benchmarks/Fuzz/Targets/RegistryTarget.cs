using System.Globalization;
using System.Text;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>The registry's YAML.</summary>
internal static class RegistryTarget
{
    /// <summary>A registry or problems, never half of each; a problem names a line that is there and repeats no secret.</summary>
    public static FuzzTarget File() => new("registry-file", input =>
    {
        var text = Encoding.UTF8.GetString(input);
        // As YAML counts them.
        var lines = text.ReplaceLineEndings("\n").Split('\n').Length + 1;
        var reading = RegistryReader.Read(text);
        ThrowUnless((reading.Registry is null) == (reading.Problems.Count > 0), "It is neither read nor wrong.");
        foreach (var problem in reading.Problems)
        {
            var colon = problem.IndexOf(':', StringComparison.Ordinal);
            ThrowUnless(
                problem.StartsWith("line ", StringComparison.Ordinal)
                    && colon > 5
                    && int.TryParse(problem.AsSpan(5, colon - 5), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
                    && line <= lines,
                $"'{problem}' names no line of {lines}.");
            ThrowUnless(SecretPatterns.Find(problem).Count == 0, "A problem repeats a secret.");
        }
        if (reading.Registry is not { } registry)
            return $"wrong {string.Concat(reading.Problems[0].SkipWhile(letter => letter != ':').Take(24))} {Math.Min(reading.Problems.Count, 4)}";
        ThrowUnless(
            registry.Portals.All(portal =>
                portal.Id > 0 && portal.Credentials.All(credential => credential is { Id.Length: > 0, Owner.Length: > 0 })),
            "An entry is incomplete.");
        ThrowUnless(registry.Portals.Select(portal => portal.Id).Distinct().Count() == registry.Portals.Count, "An account is there twice.");
        return $"registry {registry.Portals.Count} {registry.Portals.Sum(portal => portal.Credentials.Count)} {registry.Secrets.Count}";
    })
    {
        Words = WebhookTargets.Words(
            "\n", "  ", "- ", ": ", "{", "}", "[", "]", ",", "&a ", "*a", "? ", "|\n", ">-\n", "'", "\"", "\\x", "#", "---\n", "...\n",
            "%YAML 1.1\n", "!!binary ", "!<x> ", "<<: ", "~", "null", "\t", "\r\n",
            "portals:", "credentials:", "id:", "kind:", "owner:", "neededScopes:", "ageLimit: 9999999999d", "created: 2026-02-30",
            "0x10", "1e3", "4711", "pat-na1-00000000-0000-4000-8000-000000000001", "\u2028", "\0", "é"),
    };
}
