using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotMonitor.Tests.Webhooks;

public sealed class IntakeCounterTests(SharedAzurite azurite)
{
    [Fact]
    public async Task A_request_that_is_answered_after_its_minute_was_written_adds_to_that_minute()
    {
        var table = new IntakeTable(azurite.NewTables());
        await using var counter = new IntakeCounter(table, NullLogger<IntakeCounter>.Instance);
        foreach (var at in (DateTimeOffset[])[Samples.Noon, Samples.Noon.AddMinutes(1), Samples.Noon])
        {
            counter.Count(IntakeOutcome.Accepted, at);
            await counter.FlushAsync(TestContext.Current.CancellationToken);
        }
        var counts = await table.ReadAsync(Samples.Noon, Samples.Noon.AddMinutes(2), TestContext.Current.CancellationToken);
        counts.Select(count => (count.Minute, count.Count)).ShouldBe([(Samples.Noon, 2), (Samples.Noon.AddMinutes(1), 1)], ignoreOrder: true);
    }
}
