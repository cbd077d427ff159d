namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>The files under <c>Posture/Data</c>, which travel inside the assembly.</summary>
internal static class EmbeddedData
{
    public static Stream Open(string file) =>
        typeof(EmbeddedData).Assembly.GetManifestResourceStream($"Posture.{file}")
            ?? throw new InvalidOperationException($"The assembly lacks Posture/Data/{file}.");
}

/// <summary>One name of <c>Data/scopes.json</c>.</summary>
internal sealed record ScopeRow(string Name, string Access, string Risk, bool Coarse);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(ScopeRow[]))]
[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class KnowledgeJson : System.Text.Json.Serialization.JsonSerializerContext;
