using System.Globalization;
using HubSpotMonitor.Tests.Polling;

namespace HubSpotMonitor.Tests;

public sealed class PollTurnTests(SharedAzurite azurite)
{
    private const int Accounts = 40;
    private const int AtOnce = 16;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Where_HubSpot_hangs_every_account_has_its_turn_within_a_few_runs() => TakeTurnsAsync((pipeline, now, end) => pipeline.PollUsageAsync(now, end), TimeSpan.FromMinutes(5));

    [Fact]
    public Task So_it_is_with_the_audits_of_every_hour() => TakeTurnsAsync((pipeline, now, end) => pipeline.AuditAccessAsync(now, end), TimeSpan.FromHours(1));

    private async Task TakeTurnsAsync(Func<Pipeline, DateTimeOffset, CancellationToken, Task> run, TimeSpan every)
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        (hubSpot.Details, hubSpot.Usage) = ([FakeHubSpot.Hang], [FakeHubSpot.Hang]);
        var accounts = Enumerable.Range(0, Accounts).SelectMany(index => new (string, string)[]
        {
            ($"Portals:{index}:Id", (1000 + index).ToString(CultureInfo.InvariantCulture)),
            ($"Portals:{index}:Token", $"pat-na1-token-of-{index}"),
        });
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, [("HubSpot:BaseUrl", $"{hubSpot.Address}"), .. accounts]);
        for (var time = 1; time <= 3; time++)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var poll = run(monitor.Pipeline, monitor.Now, end.Token);
            while (hubSpot.Requests.Count < time * AtOnce) await Task.Delay(10, Stop);
            await end.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => poll);
            monitor.Clock.Advance(every);
        }
        hubSpot.Requests.Select(request => request.Authorization).Distinct().Count().ShouldBe(Accounts);
    }
}
