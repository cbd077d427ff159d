using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Store;

public sealed class SightingTableTests(SharedAzurite azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_flood_of_made_up_secrets_a_thousand_are_read()
    {
        var sightings = new SightingTable(azurite.NewTables());
        var flood = Enumerable.Range(0, 1200)
            .Select(number => new SecretSighting($"pat-na1-…{number:x4}", "a webhook event contact.propertyChange", Samples.Noon));
        await sightings.WriteAsync(Samples.Acme.Id, [.. flood], Stop);
        (await sightings.ReadAsync(Samples.Acme.Id, Samples.Noon.AddDays(-1), Stop)).Count.ShouldBe(1000);
    }
}
