using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Scenarios;

/// <summary>The scenarios: the files of the folder Scenarios.</summary>
public static class ScenarioCatalog
{
    private const string Prefix = "scenario:";

    public static IReadOnlyList<Scenario> All { get; } = [.. Assembly.GetExecutingAssembly()
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(Load)];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(scenario => scenario.Name)];

    /// <exception cref="InvalidOperationException">There is no scenario of this name.</exception>
    public static Scenario Get(string name) => All.First(scenario => scenario.Name == name);

    private static Scenario Load(string resource)
    {
        using var json = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize(json, ScenarioJson.Default.Scenario) ?? throw new JsonException($"{resource} is empty.");
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Scenario))]
internal sealed partial class ScenarioJson : JsonSerializerContext;
