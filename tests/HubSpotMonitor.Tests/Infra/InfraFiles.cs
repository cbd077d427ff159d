using System.Text.Json;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>Where the templates are, and what the committed predictions say will be deployed.</summary>
internal static class InfraFiles
{
    public static readonly string Folder = Path.Combine(Repository.Root, "infra");

    private static readonly string Here = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Infra");

    /// <summary>The sample that is shipped, one with every choice taken, one with nothing new that could be old.</summary>
    public static TheoryData<string> Deployments => ["sample", "everything", "existing"];

    public static string Parameters(string deployment) =>
        deployment == "sample" ? Path.Combine(Folder, "main.bicepparam") : Path.Combine(Here, $"{deployment}.bicepparam");

    public static IReadOnlyList<JsonElement> Resources(string deployment) =>
        [.. Prediction(deployment).GetProperty("predictedResources").EnumerateArray()];

    public static IReadOnlyList<JsonElement> Resources(string deployment, string type) =>
        [.. Resources(deployment).Where(resource => resource.GetProperty("type").GetString() == type)];

    public static JsonElement Prediction(string deployment)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(Parameters(deployment), ".snapshot.json")));
        return document.RootElement.Clone();
    }

    public static IReadOnlyDictionary<string, string> AppSettings(string deployment) =>
        Config(deployment, "appsettings").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);

    public static JsonElement SignIn(string deployment) => Config(deployment, "authsettingsV2");

    /// <summary>What one of Azure's rules looks for, by the end of the rule's name.</summary>
    public static JsonElement Criterion(string deployment, string rule) => Resources(deployment)
        .Single(found => found.GetProperty("type").GetString() is "Microsoft.Insights/scheduledQueryRules" or "Microsoft.Insights/metricAlerts"
            && found.GetProperty("name").GetString()!.EndsWith($"-{rule}", StringComparison.Ordinal))
        .GetProperty("properties").GetProperty("criteria").GetProperty("allOf").EnumerateArray().Single();

    /// <summary>Whether each of the sample's queues or subscriptions puts what grew old among its dead letters.</summary>
    public static IEnumerable<bool> KeepsOld(string kind) => Resources("sample", $"Microsoft.ServiceBus/namespaces/{kind}")
        .Select(entity => entity.GetProperty("properties").GetProperty("deadLetteringOnMessageExpiration").GetBoolean());

    private static JsonElement Config(string deployment, string name) =>
        Resources(deployment, "Microsoft.Web/sites/config")
            .Single(config => config.GetProperty("name").GetString()!.EndsWith($"/{name}", StringComparison.Ordinal))
            .GetProperty("properties");
}
