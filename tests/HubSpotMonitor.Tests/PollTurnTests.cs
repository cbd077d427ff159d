using System.Globalization;
using HubSpotMonitor.Tests.Polling;

namespace HubSpotMonitor.Tests;

public sealed class PollTurnTests(SharedAzurite azurite)
{
    private const int Accounts = 40;
    private const int AtOnce = 16;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_HubSpot_hangs_every_account_has_its_turn_within_a_few_runs()
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        (hubSpot.Details, hubSpot.Usage) = ([FakeHubSpot.Hang], [FakeHubSpot.Hang]);
        var accounts = Enumerable.Range(0, Accounts).SelectMany(index => new (string, string)[]
        {
            ($"Portals:{index}:Id", (1000 + index).ToString(CultureInfo.InvariantCulture)),
            ($"Portals:{index}:Token", $"pat-na1-token-of-{index}"),
        });
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, [("HubSpot:BaseUrl", $"{hubSpot.Address}"), .. accounts]);
        for (var run = 1; run <= 3; run++)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var poll = monitor.Pipeline.PollUsageAsync(monitor.Now, end.Token);
            while (hubSpot.Requests.Count < run * AtOnce) await Task.Delay(10, Stop);
            await end.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => poll);
            monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        }
        hubSpot.Requests.Select(request => request.Authorization).Distinct().Count().ShouldBe(Accounts);
    }
}
