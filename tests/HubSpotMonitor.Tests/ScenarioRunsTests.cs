using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>The product's promises, one simulated story each, from HubSpot's answer to the inbox.</summary>
public sealed class ScenarioRunsTests(SharedMemory tables)
{
    // 01:40 on a Tuesday in the account (US/Eastern).
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_stolen_token_is_told_within_three_polls_by_mail_and_card_and_over_when_it_is_over()
    {
        await using var monitor = await LearnedAsync("token-theft");
        await monitor.LiveAsync(TimeSpan.FromMinutes(50)); // the theft begins after 30
        monitor.MailTitles.ShouldHaveSingleItem()
            .ShouldMatch(@"^\[(High|Critical)\] API calls [\d.]+x normal - Acme \(4711\) - since 02:\d\d \(UTC-5\), \d+ % of the daily limit$");
        monitor.Inbox.Messages.Count(message => message.Kind == InboxKind.Card).ShouldBe(1);

        await monitor.LiveAsync(TimeSpan.FromHours(3));
        monitor.MailTitles[^1].ShouldMatch(@"^\[Resolved\] API calls");
        (await monitor.AlertsAsync()).Where(alert => alert.Finding.Rule == "usage-spike").ShouldHaveSingleItem().State.ShouldBe(AlertState.Resolved);
    }

    [Fact]
    public async Task A_day_that_will_use_up_the_limit_is_told_before_it_is_used_up()
    {
        await using var monitor = await LearnedAsync("near-limit");
        while (!monitor.MailTitles.Any(title => title.Contains("Daily API limit will be reached at", StringComparison.Ordinal)))
        {
            await monitor.LiveAsync(TimeSpan.FromMinutes(5));
            (monitor.Now - Night).ShouldBeLessThan(TimeSpan.FromHours(20));
        }
        var portal = (await monitor.Get<DashboardReader>().ReadPresentAsync(monitor.Now, TestContext.Current.CancellationToken)).Portals.Single();
        portal.UsedToday!.Value.ShouldBeLessThan(portal.Limit!.Value);
        portal.LimitReachedAt!.Value.ShouldBeGreaterThan(monitor.Now);
    }

    [Fact]
    public async Task A_dead_token_is_told_within_two_polls_and_names_what_to_do()
    {
        await using var monitor = await LearnedAsync("dead-token");
        await monitor.LiveAsync(TimeSpan.FromMinutes(30));
        monitor.Inbox.Messages.ShouldBeEmpty();
        await monitor.LiveAsync(TimeSpan.FromMinutes(10)); // two polls
        monitor.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[Critical] Monitor is blind: HubSpot refuses its token - Acme (4711)");
        var portal = (await monitor.Get<DashboardReader>().ReadPresentAsync(monitor.Now, TestContext.Current.CancellationToken)).Portals.Single();
        portal.State.ShouldBe(PortalState.Blind);
        (await monitor.Get<HealthReader>().ReadAsync(monitor.Now, TestContext.Current.CancellationToken)).Checks
            .ShouldContain(check => check.Name == "portal Acme (4711)"
                && check.IsBlind
                && check.Says.Contains(" UTC: HubSpot refuses the token (401)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_drain_is_told_within_a_day_and_a_half()
    {
        await using var monitor = await LearnedAsync("slow-drain");
        await monitor.LiveAsync(TimeSpan.FromHours(36));
        monitor.MailTitles[0].ShouldMatch(@"^\[High\] API calls \d+ % above normal all day");
        // One incident, and a reminder every four hours, since nobody takes it.
        (await monitor.AlertsAsync()).ShouldHaveSingleItem();
        monitor.MailTitles.Count.ShouldBeLessThanOrEqualTo(9);
    }

    [Fact]
    public async Task What_was_polled_before_is_polled_again_without_a_doubled_row_or_message()
    {
        await using var monitor = await LearnedAsync("token-theft");
        await monitor.LiveAsync(TimeSpan.FromMinutes(60));
        var (counts, messages) = ((await monitor.ReadingsAsync(Metric.Calls)).Count, monitor.Inbox.Messages.Count);
        await monitor.PollAsync();
        await monitor.PollAsync(); // the same instant once more, as after a crash
        (await monitor.ReadingsAsync(Metric.Calls)).Count.ShouldBe(counts + 1);
        monitor.Inbox.Messages.Count.ShouldBe(messages);
    }

    private async Task<MonitorUnderTest> LearnedAsync(string scenario)
    {
        var monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, scenario, Night);
        await monitor.LearnAsync();
        return monitor;
    }
}
