using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Store;

/// <summary>Tables of a test's own.</summary>
internal static class StoreUnderTest
{
    public static Tables NewTables(this SharedAzurite azurite) =>
        new(Options.Create(new StoreOptions { ConnectionString = azurite.ConnectionString, TablePrefix = SharedAzurite.NewPrefix() }));
}
