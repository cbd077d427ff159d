using HubSpotMonitor.Benchmarks.MemoryTables;

[assembly: AssemblyFixture(typeof(HubSpotMonitor.Tests.SharedMemory))]

namespace HubSpotMonitor.Tests;

/// <summary>
/// Tables in memory for the whole suite, for stories of a thousand polls: Azurite looks at every row to answer a question about a few. A test holds
/// their answers to Azurite's (<see cref="Benchmarks.MemoryTablesTests"/>). Every test takes tables of its own by
/// <see cref="SharedAzurite.NewPrefix"/>.
/// </summary>
public sealed class SharedMemory : IAsyncLifetime
{
    private MemoryTablesServer? _server;

    public string ConnectionString => _server!.ConnectionString;

    public async ValueTask InitializeAsync() => _server = await MemoryTablesServer.StartAsync(TimeProvider.System, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
