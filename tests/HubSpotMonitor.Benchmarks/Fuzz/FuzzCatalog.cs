using HubSpotMonitor.Benchmarks.Fuzz.Targets;

namespace HubSpotMonitor.Benchmarks.Fuzz;

/// <summary>Every reader of what comes from outside.</summary>
public static class FuzzCatalog
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        WebhookTargets.Signature(), WebhookTargets.Payload(), WebhookTargets.Journal(),
        HubSpotTargets.Usage(), HubSpotTargets.Activity(), HubSpotTargets.Access(), HubSpotTargets.Tokens(),
        RegistryTarget.File(), BusTargets.ConnectionString(), BusTargets.Message(),
        HostTargets.Trigger(), LinkTarget.Token(),
    ];

    /// <summary>The kept examples of a target: tests/HubSpotMonitor.Tests/Fuzz/corpus, a folder for each.</summary>
    public static IReadOnlyList<byte[]> Examples(string root, string target) =>
        [.. Directory.EnumerateFiles(Path.Combine(root, "tests", "HubSpotMonitor.Tests", "Fuzz", "corpus", target))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
}
