using HubSpotMonitor.Local.Parts;

[assembly: AssemblyFixture(typeof(HubSpotMonitor.Tests.SharedAzurite))]

namespace HubSpotMonitor.Tests;

/// <summary>
/// One Azurite for the whole suite, on a free port; every test takes tables of its own by a prefix. Long stories: <see cref="SharedMemory"/>.
/// </summary>
public sealed class SharedAzurite : IAsyncLifetime
{
    private static int _prefixes;
    private AzuriteServer? _server;

    public string ConnectionString => _server!.ConnectionString;

    public static string NewPrefix() => $"t{Interlocked.Increment(ref _prefixes)}x";

    public async ValueTask InitializeAsync() => _server = await AzuriteServer.StartAsync(null, Console.WriteLine, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
