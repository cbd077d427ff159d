using System.Reflection;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>The server in Node that stands for what a user would write instead.</summary>
internal static class PeerServer
{
    public const string Table = "PeerEvents";

    private static readonly string Folder = typeof(PeerServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key == "Peer").Value!;

    public static async Task<MeasuredProcess> StartAsync(string store, Action<string> progress, CancellationToken cancellationToken)
    {
        await new NpmInstall("Peer", Folder, "some 20 MB").EnsureAsync(progress, cancellationToken);
        Dictionary<string, string> settings = new()
        {
            ["NODE_ENV"] = "production",
            ["STORE"] = store,
            ["TABLE"] = Table,
            ["SECRET"] = EventLoad.Secret,
            ["PUBLIC_URL"] = EventLoad.PublicUrl.AbsoluteUri,
        };
        return await MeasuredProcess.StartAsync("node", Path.Combine(Folder, "server.js"), "PORT", settings, cancellationToken);
    }
}
