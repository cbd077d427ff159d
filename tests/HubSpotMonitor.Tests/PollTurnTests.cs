using System.Globalization;
using HubSpotMonitor.Tests.Polling;

namespace HubSpotMonitor.Tests;

public sealed class PollTurnTests(SharedAzurite azurite)
{
    private const int Accounts = 40;
    private const int AtOnce = 16;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Where_HubSpot_hangs_every_account_has_its_turn_within_a_few_runs() =>
        TakeTurnsAsync((pipeline, now, end) => pipeline.PollUsageAsync(now, end), TimeSpan.FromMinutes(5));

    [Fact]
    public Task So_it_is_with_the_audits_of_every_hour() =>
        TakeTurnsAsync((pipeline, now, end) => pipeline.AuditAccessAsync(now, end), TimeSpan.FromHours(1));

    [Fact]
    public async Task What_is_old_is_deleted_of_other_accounts_first_on_the_next_day()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, Settings(2 * AtOnce));
        List<bool> begins = [];
        for (var day = 0; day < 2; day++)
        {
            monitor.Logs.Lines.Clear();
            await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
            // The first to end is one of those that were begun with.
            var first = monitor.Logs.Lines.First(line => line.Contains("rows of portal 1", StringComparison.Ordinal));
            begins.Add(Enumerable.Range(1000, AtOnce).Any(id => first.Contains($"portal {id} ", StringComparison.Ordinal)));
            monitor.Clock.Advance(TimeSpan.FromDays(1));
        }
        begins.ShouldBe([true, false], ignoreOrder: true);
    }

    private static (string, string)[] Settings(int accounts) =>
    [
        .. Enumerable.Range(0, accounts).SelectMany(index => new (string, string)[]
        {
            ($"Portals:{index}:Id", (1000 + index).ToString(CultureInfo.InvariantCulture)),
            ($"Portals:{index}:Token", $"pat-na1-token-of-{index}"),
        }),
    ];

    private async Task TakeTurnsAsync(Func<Pipeline, DateTimeOffset, CancellationToken, Task> run, TimeSpan every)
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        (hubSpot.Details, hubSpot.Usage) = ([FakeHubSpot.Hang], [FakeHubSpot.Hang]);
        await using var monitor = await MonitorUnderTest.StartAsync(
            azurite.ConnectionString, "quiet", Samples.Noon, [("HubSpot:BaseUrl", $"{hubSpot.Address}"), .. Settings(Accounts)]);
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
