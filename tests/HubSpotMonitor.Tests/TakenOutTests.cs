using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests;

/// <summary>What becomes of what was open when an account or a channel was taken out of the settings, or is over.</summary>
public sealed class TakenOutTests(SharedAzurite azurite)
{
    private static readonly Portal Beta = new(MonitorUnderTest.Other.Id, MonitorUnderTest.Other.Name);

    private readonly string _prefix = SharedAzurite.NewPrefix();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static (string, string)[] WithBeta =>
        [("Portals:1:Id", "4712"), ("Portals:1:Name", Beta.Name), ("Portals:1:Token", MonitorUnderTest.Other.Token)];

    [Fact]
    public async Task An_account_that_is_taken_out_ends_its_alerts_and_is_no_news_when_it_is_put_back()
    {
        await using (var both = await StartAsync(Samples.Noon, WithBeta))
        {
            await both.PollAsync();
            await both.Get<AlertDesk>()
                .ApplyAsync(Beta, AccountClock.Utc, [], [Assessment.Firing(Samples.Finding(Severity.Critical, "token-viewed"))], both.Now, Stop);
            await SweepAsync(both);
            both.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[Critical]");
        }

        await using (var one = await StartAsync(Samples.Noon.AddMinutes(30)))
        {
            await SweepAsync(one);
            one.MailTitles.ShouldBeEmpty(); // a host that still has it may be at work
            one.Clock.Advance(TimeSpan.FromHours(2));
            await SweepAsync(one);
            await SweepAsync(one);
            one.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[Resolved]");
            (await LastMailAsync(one)).Why.ShouldBe("The account was taken out of the settings.");

            one.Clock.Advance(TimeSpan.FromDays(8));
            await one.Pipeline.PruneTablesAsync(one.Now, Stop);
            (await one.Get<AlertTable>().ReadMarkedAsync(Stop)).ShouldNotContain(Beta.Id);
        }

        await using var again = await StartAsync(Samples.Noon.AddDays(60), WithBeta);
        await SweepAsync(again);
        again.MailTitles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Changed_minutes_of_an_account_that_was_taken_out_are_forgotten_after_a_day()
    {
        await using var monitor = await StartAsync(Samples.Noon);
        var table = monitor.Get<EventTable>();
        await table.AddAsync([Event(Beta.Id), Event(Samples.Acme.Id)], monitor.Now, isPulled: false, Stop);
        await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
        (await table.ReadMarkedAsync(Stop)).Count.ShouldBe(2);
        monitor.Clock.Advance(TimeSpan.FromHours(25));
        await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
        (await table.ReadMarkedAsync(Stop)).ShouldHaveSingleItem().Portal.ShouldBe(Samples.Acme.Id);
    }

    [Fact]
    public async Task An_alert_about_a_channel_ends_when_the_channel_is_taken_out()
    {
        await using var monitor = await StartAsync(Samples.Noon);
        var down = new ChannelState { Channel = "slack", OpenSince = monitor.Now.AddHours(-1), LastError = "Slack answered 503." };
        await monitor.Get<AlertDesk>()
            .ApplyAsync(Portal.Monitor, AccountClock.Utc, [], [FailingDelivery.Assess(new(down, 0, null), monitor.Now)], monitor.Now, Stop);
        for (var minute = 0; minute < 4; minute++) await SweepAsync(monitor);
        monitor.MailTitles.Select(title => title.Split(']')[0]).ShouldBe(["[High", "[Resolved"]);
        (await monitor.Get<DeliveryTable>().ReadNewestAsync("email", 2, Stop))
            .Single(mail => mail.Message.Transition == Transition.Resolved).Message.Why
            .ShouldBe("The channel was taken out of the settings.");
    }

    [Fact]
    public async Task A_silence_is_kept_for_a_week_after_its_end()
    {
        await using var monitor = await StartAsync(Samples.Noon);
        await monitor.Get<SilenceDesk>().SilenceAsync(
            new() { Portal = Samples.Acme.Id, Author = "Ada", Reason = "migration", Until = monitor.Now.AddHours(4) }, monitor.Now, Stop);
        monitor.Clock.Advance(TimeSpan.FromDays(7));
        await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
        (await monitor.Get<SilenceTable>().ReadSilencesAsync(Stop)).Count.ShouldBe(1);
        monitor.Clock.Advance(TimeSpan.FromHours(5));
        await monitor.Pipeline.PruneTablesAsync(monitor.Now, Stop);
        (await monitor.Get<SilenceTable>().ReadSilencesAsync(Stop)).ShouldBeEmpty();
    }

    private Task<MonitorUnderTest> StartAsync(DateTimeOffset start, params (string, string)[] settings) =>
        MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", start, [("Store:TablePrefix", _prefix), .. settings]);

    private static async Task SweepAsync(MonitorUnderTest monitor)
    {
        await monitor.Pipeline.SweepAlertsAsync(monitor.Now, Stop);
        monitor.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<AlertMessage> LastMailAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<DeliveryTable>().ReadNewestAsync("email", 1, Stop))[0].Message;

    private static WebhookEvent Event(long portal) =>
        new() { Portal = portal, Type = "contact.creation", Source = "123", At = Samples.Noon, Identity = $"event{portal}", Raw = "{}"u8.ToArray() };
}
