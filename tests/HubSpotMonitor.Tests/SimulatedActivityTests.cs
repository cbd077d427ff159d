using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests;

/// <summary>The monitor beside a simulated account, from HubSpot's histories to the tables.</summary>
public sealed class SimulatedActivityTests(SharedMemory tables)
{
    // 01:40 on a Tuesday in the account (US/Eastern).
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    [Fact]
    public async Task After_two_days_of_polls_the_tables_hold_what_HubSpot_shows_each_event_once()
    {
        await using var watched = await StartAsync("key-revealed-then-used");
        await LiveAsync(watched, TimeSpan.FromHours(48));
        // Whoever asks HubSpot for everything at the end sees the same.
        await using var fresh = await StartAsync("key-revealed-then-used");
        fresh.Clock.Advance(watched.Now - TimeSpan.FromMinutes(5) - Night);
        for (var run = 0; run < 3; run++) await fresh.Pipeline.PollActivityAsync(fresh.Now, Stop);

        var kept = await StoredAsync(watched);
        kept.Count.ShouldBeGreaterThan(900);
        kept.Select(item => item.Evidence).Distinct().Count().ShouldBe(kept.Count);
        (await StoredAsync(fresh)).Where(item => item.At > Night).ShouldBe(kept.Where(item => item.At > Night));
        kept.Single(item => item.Type == "SERVICE_KEY_REVEAL").ShouldSatisfyAllConditions(
            item => (item.User, item.Country, item.ObjectId).ShouldBe(("ben@acme.example", "nz", "4821077")),
            item => item.At.ShouldBe(Night.AddMinutes(31)));
    }

    [Fact]
    public async Task A_snapshot_says_what_each_plan_lets_the_monitor_see()
    {
        (await SourcesAsync("enterprise")).ShouldBe(
            "Users Read, OwnToken Read, SmtpTokens Read, SecurityActivity Read, LoginHistory Read, AuditLog Read");
        (await SourcesAsync("quiet")).ShouldBe(
            "Users Read, OwnToken Read, SmtpTokens Read, SecurityActivity Read, LoginHistory Read, AuditLog Denied");
        (await SourcesAsync("starter")).ShouldBe(
            "Users Read, OwnToken Read, SmtpTokens Denied, SecurityActivity Read, LoginHistory Read, AuditLog Denied");
    }

    [Fact]
    public async Task A_day_of_activity_costs_a_small_part_of_what_an_account_may_call()
    {
        await using var monitor = await StartAsync("quiet");
        await LiveAsync(monitor, TimeSpan.FromHours(1)); // the past is read once
        var before = monitor.HubSpotRequests;
        await LiveAsync(monitor, TimeSpan.FromHours(24));
        (monitor.HubSpotRequests - before).ShouldBeInRange(400, 602);
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_deleted()
    {
        await using var monitor = await StartAsync("quiet", ("Store:KeepDays", "35"));
        await LiveAsync(monitor, TimeSpan.FromMinutes(10));
        await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
        var stored = await StoredAsync(monitor);
        stored.Count.ShouldBeGreaterThan(200);
        stored.ShouldAllBe(item => item.At > monitor.Now.AddDays(-36));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<MonitorUnderTest> StartAsync(string scenario, params (string, string)[] settings) =>
        MonitorUnderTest.StartAsync(tables.ConnectionString, scenario, Night, settings);

    private static async Task LiveAsync(MonitorUnderTest monitor, TimeSpan time)
    {
        for (var end = monitor.Now + time; monitor.Now < end; monitor.Clock.Advance(TimeSpan.FromMinutes(5)))
        {
            await monitor.Pipeline.PollActivityAsync(monitor.Now, Stop);
            if (monitor.Now.UtcDateTime.Minute < 5) await monitor.Pipeline.AuditAccessAsync(monitor.Now, Stop);
        }
    }

    private async Task<string> SourcesAsync(string scenario)
    {
        await using var monitor = await StartAsync(scenario);
        await monitor.Pipeline.PollActivityAsync(monitor.Now, Stop);
        await monitor.Pipeline.AuditAccessAsync(monitor.Now, Stop);
        var snapshot = (await monitor.Get<AccessTable>().ReadAsync(MonitorUnderTest.Account.Id, Stop))!;
        return string.Join(", ", snapshot.Sources.Select(state => $"{state.Source} {state.Access}"));
    }

    private static async Task<List<ActivityEvent>> StoredAsync(MonitorUnderTest monitor)
    {
        List<ActivityEvent> stored = [];
        await foreach (var item in monitor.Get<ActivityTable>()
            .ReadAsync(MonitorUnderTest.Account.Id, null, Night.AddDays(-400), Night.AddDays(40), Stop))
        {
            stored.Add(item);
        }
        return stored;
    }
}
