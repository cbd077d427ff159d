using System.Text.RegularExpressions;

namespace HubSpotMonitor.Tests;

/// <summary>Which folder may name which: slices meet in Signals, in Store or on the bus.</summary>
public sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Signals"] = [],
        ["HubSpot"] = [],
        ["Store"] = ["Signals"],
        ["Polling"] = ["Signals", "HubSpot"],
        ["Connect"] = ["Signals", "HubSpot", "Store"],
        ["Rotation"] = ["Signals", "HubSpot", "Store"],
        ["Webhooks"] = ["Signals", "Store"],
        ["Posture"] = ["Signals", "Store"],
        ["Alerting"] = ["Signals", "Store"],
        ["Dashboard"] = ["Signals", "Store"],
        ["Detection"] = ["Signals"],
        ["Bus"] = ["Signals"],
        ["Delivery"] = ["Signals", "Store"],
        ["Delivery.X"] = ["Signals", "Delivery"],
    };

    [Fact]
    public void Slices_never_name_each_other()
    {
        var root = Path.Combine(Repository.Root, "src", "HubSpotMonitor");
        var wrong = Sources(root).SelectMany(file =>
        {
            var folders = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[..^1];
            if (folders.Length == 0) return []; // the root may name all
            var folder = folders is ["Delivery", _, ..] ? "Delivery.X" : folders[0];
            return Named(file)
                .Where(name => name != folders[0] && !Allowed[folder].Contains(name))
                .Select(name => $"{Path.GetRelativePath(root, file)} names {name}");
        });
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void A_channel_never_names_another_channel()
    {
        var root = Path.Combine(Repository.Root, "src", "HubSpotMonitor", "Delivery");
        // Mail is no channel, but what a mail says, whoever carries it.
        var channels = Directory.GetDirectories(root).Select(Path.GetFileName).Where(folder => folder != "Mail").ToList();
        var wrong = channels.SelectMany(channel => Sources(Path.Combine(root, channel!))
            .Where(file => channels.Any(
                other => other != channel && File.ReadAllText(file).Contains($"Delivery.{other}", StringComparison.Ordinal))));
        channels.Count.ShouldBeGreaterThan(1);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void The_one_machine_run_knows_the_product_by_http_only() =>
        Sources(Path.Combine(Repository.Root, "src", "HubSpotMonitor.Local"))
            .Where(file => Using().Matches(File.ReadAllText(file)).Any(match => !match.Groups[1].Value.StartsWith("Local", StringComparison.Ordinal)))
            .ShouldBeEmpty();

    [Fact]
    public void The_library_knows_neither_web_host_nor_functions_host() =>
        Sources(Path.Combine(Repository.Root, "src", "HubSpotMonitor"))
            .Where(file => File.ReadAllText(file) is var text
                && (text.Contains("Microsoft.AspNetCore", StringComparison.Ordinal)
                    || text.Contains("using OpenTelemetry", StringComparison.Ordinal)))
            .ShouldBeEmpty();

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules"));

    private static IEnumerable<string> Named(string file) =>
        Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Distinct();

    [GeneratedRegex(@"\busing\s+(?:static\s+)?(?:\w+\s*=\s*)?HubSpotMonitor\.(\w+)")]
    private static partial Regex Using();
}
