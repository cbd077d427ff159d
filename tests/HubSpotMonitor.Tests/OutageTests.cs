using System.Globalization;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests;

/// <summary>HubSpot gives no answer, and many accounts are watched.</summary>
public sealed class OutageTests(SharedAzurite azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(8, 1)]
    [InlineData(3, 3)]
    public async Task Of_an_outage_of_many_accounts_one_message_is_sent_at_its_beginning_and_one_at_its_end(int accounts, int messages)
    {
        await using var monitor = await StartAsync(accounts);
        await BlindAsync(monitor, accounts);
        monitor.MailTitles.Count.ShouldBe(messages);
        monitor.MailTitles[0].ShouldStartWith(messages == 1
            ? "[Critical] Monitor is blind: HubSpot gives no answer, for 8 of 8 accounts - HubSpotMonitor"
            : "[Critical] Monitor is blind: HubSpot gives no answer - Account");

        await PolledAsync(monitor, 0, accounts, PollOutcome.Good, failedPolls: 0);
        for (var minute = 0; minute < 3; minute++) await SweepAsync(monitor);
        monitor.MailTitles.Count.ShouldBe(2 * messages);
        monitor.MailTitles.Skip(messages).ShouldAllBe(title => title.StartsWith("[Resolved]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_outage_that_some_accounts_have_left_says_how_many_are_in_it_and_who_is_still_blind_at_its_end_is_told()
    {
        await using var monitor = await StartAsync(accounts: 8);
        await BlindAsync(monitor, accounts: 8);
        await PolledAsync(monitor, 6, 8, PollOutcome.Good, failedPolls: 0);
        await SweepAsync(monitor);
        (await monitor.AlertsAsync()).Single(alert => alert.Finding.Subject == Subjects.Accounts).Finding.Headline
            .ShouldBe("Monitor is blind: HubSpot gives no answer, for 6 of 8 accounts");
        monitor.MailTitles.Count.ShouldBe(1);

        await PolledAsync(monitor, 1, 6, PollOutcome.Good, failedPolls: 0);
        await SweepAsync(monitor);
        monitor.MailTitles.Count.ShouldBe(1, "the run has yet to reach the last of them");
        await PolledAsync(monitor, 0, 1, PollOutcome.Unreachable, failedPolls: 3);
        for (var minute = 0; minute < 3; minute++) await SweepAsync(monitor);
        monitor.MailTitles.Count.ShouldBe(3);
        monitor.MailTitles.ShouldContain(
            title => title.StartsWith("[Resolved] Monitor is blind: HubSpot gives no answer, for 6 of 8 accounts", StringComparison.Ordinal));
        monitor.MailTitles.ShouldContain(
            title => title.StartsWith("[Critical] Monitor is blind: HubSpot gives no answer - Account 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_hears_of_one_of_the_accounts_only_hears_of_the_outage_too()
    {
        await using var monitor = await StartAsync(
            8, ("Alerting:Routes:0:Channels:0", "email"), ("Alerting:Routes:1:Portal", "1003"), ("Alerting:Routes:1:Channels:0", "teams"));
        await BlindAsync(monitor, accounts: 8);
        monitor.Inbox.Messages.Select(message => message.Kind).ShouldBe([InboxKind.Mail, InboxKind.Card], ignoreOrder: true);
    }

    private Task<MonitorUnderTest> StartAsync(int accounts, params (string, string)[] others)
    {
        var settings = Enumerable.Range(0, accounts).SelectMany(index => new (string, string)[]
        {
            ($"Portals:{index}:Id", (1000 + index).ToString(CultureInfo.InvariantCulture)),
            ($"Portals:{index}:Name", $"Account {index}"),
            ($"Portals:{index}:Token", $"pat-na1-token-of-{index}"),
        });
        return MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, [.. settings, .. others]);
    }

    private static async Task BlindAsync(MonitorUnderTest monitor, int accounts)
    {
        await PolledAsync(monitor, 0, accounts, PollOutcome.Unreachable);
        await SweepAsync(monitor);
        await PolledAsync(monitor, 0, accounts, PollOutcome.Unreachable, failedPolls: 2);
        for (var minute = 0; minute < 3; minute++) await SweepAsync(monitor);
    }

    // As a poll leaves it: the checkpoint, and what the account's own rule says of it.
    private static async Task PolledAsync(MonitorUnderTest monitor, int from, int to, PollOutcome outcome, int failedPolls = 1)
    {
        var checkpoints = monitor.Get<CheckpointTable>();
        for (var index = from; index < to; index++)
        {
            var after = new UsageCheckpoint
            {
                Portal = 1000 + index,
                LastPollAt = monitor.Now,
                Outcome = outcome,
                FailedPolls = failedPolls,
                Says = "HubSpot gave no answer.",
            };
            var held = await checkpoints.TryHoldAsync(
                after.Portal, await checkpoints.ReadStoredAsync(after.Portal, Stop), monitor.Now.AddMinutes(4), Stop);
            (await checkpoints.TryWriteAsync(after, held.ShouldNotBeNull(), Stop)).ShouldBeTrue();
            await monitor.Get<AlertDesk>()
                .ApplyAsync(new(after.Portal, $"Account {index}"), AccountClock.Utc, [], [BlindDetector.Assess(after)], monitor.Now, Stop);
        }
    }

    private static async Task SweepAsync(MonitorUnderTest monitor)
    {
        await monitor.Pipeline.SweepAlertsAsync(monitor.Now, Stop);
        monitor.Clock.Advance(TimeSpan.FromMinutes(1));
    }
}
