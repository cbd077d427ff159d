using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>Microsoft's client of Service Bus for Node, pinned by the lock file beside it: what we did not write.</summary>
internal static class MicrosoftClient
{
    private static readonly string Place = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Bus", "Peer");
    private static readonly NpmInstall Install = new("Microsoft's Service Bus client", Place, "some 20 MB");

    /// <returns>What it saw.</returns>
    public static async Task<JsonElement> RunAsync(string connectionString, string scene, bool isWebSocket = false)
    {
        await Install.EnsureAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        var node = await Cli.Wrap("node")
            .WithArguments(["--require", "./chunks.js", "client.js", connectionString, scene, .. isWebSocket ? ["websocket"] : Array.Empty<string>()])
            .WithWorkingDirectory(Place)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, node.StandardError);
        return JsonElement.Parse(node.StandardOutput);
    }
}
