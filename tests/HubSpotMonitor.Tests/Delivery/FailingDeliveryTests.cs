using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

public sealed class FailingDeliveryTests(SharedAzurite azurite)
{
    private static readonly ChannelState Good = new() { Channel = "email" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, null, Condition.Clear)]
    [InlineData(0, 10, Condition.Undecided)]
    [InlineData(0, 16, Condition.Firing)]
    [InlineData(1, null, Condition.Firing)]
    public void A_channel_that_is_down_or_gave_up_is_a_finding(int givenUp, int? minutesOpen, Condition condition)
    {
        var state = minutesOpen is { } minutes
            ? Good with { OpenSince = Samples.Noon.AddMinutes(-minutes), LastError = "Slack answered 503." }
            : Good;
        var assessment = FailingDelivery.Assess(new(state, givenUp, "Refused."), Samples.Noon);
        assessment.Condition.ShouldBe(condition);
        (assessment.Finding is not null).ShouldBe(condition == Condition.Firing);
    }

    [Theory]
    [InlineData(400, "1 message could not be delivered by email")]
    [InlineData(401, "Messages do not arrive by email")]
    [InlineData(503, "Messages do not arrive by email")]
    public async Task The_alert_about_a_failing_channel_goes_out_by_the_other_and_makes_no_further_alerts(int status, string headline)
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        monitor.Inbox.FailNext(InboxKind.Mail, status, 1000);
        await monitor.Get<DeliveryDesk>().QueueAsync(Messages.Opened() with { At = monitor.Now }, ["email", "teams"], monitor.Now, Stop);
        await SweepAsync(monitor, 90);

        var about = monitor.Inbox.Messages.Where(message => message.Title.Contains("by email", StringComparison.Ordinal)).ToList();
        about.ShouldHaveSingleItem().Title.ShouldStartWith($"[High] {headline}");
        (await monitor.AlertsAsync()).Count(alert => alert.Finding.Rule == FailingDelivery.Rule).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_told_at_once_and_costs_no_message_when_it_is_right_again()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        monitor.Inbox.FailNext(InboxKind.Mail, 401, 1000);
        await monitor.Get<DeliveryDesk>().QueueAsync(Messages.Opened() with { At = monitor.Now }, ["email"], monitor.Now, Stop);
        await SweepAsync(monitor, 5);
        monitor.Inbox.Messages.ShouldHaveSingleItem().Title.ShouldStartWith("[High] Messages do not arrive by email");
        (await monitor.AlertsAsync()).Single(alert => alert.Finding.Rule == FailingDelivery.Rule).Finding.LikelyCause
            .ShouldBe("SendGrid refused the API key: check Delivery:Email:ApiKey.");
        (await HealthAsync(monitor)).ShouldBe(HealthStatus.Degraded);

        await SweepAsync(monitor, 60);
        monitor.Inbox.FailNext(InboxKind.Mail, 401, 0);
        await SweepAsync(monitor, 20);
        monitor.MailTitles.ShouldContain(title => title.StartsWith("[High] API calls 6.9x normal", StringComparison.Ordinal));
        monitor.MailTitles.ShouldContain(title => title.StartsWith("[Resolved] Messages do not arrive by email", StringComparison.Ordinal));
        (await HealthAsync(monitor)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task One_message_that_is_lost_is_told_and_over_when_the_channel_has_taken_another()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        monitor.Inbox.FailNext(InboxKind.Mail, 400, 1);
        await monitor.Get<DeliveryDesk>().QueueAsync(Messages.Opened() with { At = monitor.Now }, ["email"], monitor.Now, Stop);
        await SweepAsync(monitor, 30);

        monitor.MailTitles.Select(title => title.Split(" - ")[0])
            .ShouldBe(["[High] 1 message could not be delivered by email", "[Resolved] 1 message could not be delivered by email"]);
    }

    [Theory]
    [InlineData(true, HealthStatus.Healthy)]
    [InlineData(false, HealthStatus.Degraded)]
    public async Task A_lost_message_is_bad_health_for_a_quarter_of_an_hour_and_until_another_is_taken_and_a_lost_test_is_not(
        bool isTest, HealthStatus health)
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        var desk = monitor.Get<DeliveryDesk>();
        monitor.Inbox.FailNext(InboxKind.Mail, 400, 1);
        if (isTest) await monitor.Get<AlertTest>().SendAsync(["email"], Severity.High, new("https://monitor.example.com"), monitor.Now, Stop);
        else await desk.QueueAsync(Messages.Opened() with { At = monitor.Now }, ["email"], monitor.Now, Stop);
        await desk.DeliverDueAsync(monitor.Now, Stop);
        (await HealthAsync(monitor)).ShouldBe(health);
        monitor.Clock.Advance(TimeSpan.FromHours(1));
        (await HealthAsync(monitor)).ShouldBe(health);
        await desk.QueueAsync(Messages.Escalated() with { At = monitor.Now }, ["email"], monitor.Now, Stop);
        await desk.DeliverDueAsync(monitor.Now, Stop);

        monitor.MailTitles.Count.ShouldBe(1);
        (await HealthAsync(monitor)).ShouldBe(HealthStatus.Healthy);
        (await desk.ReadHealthAsync(monitor.Now, Stop)).ShouldAllBe(channel => channel.GivenUp == 0);
    }

    [Fact]
    public async Task A_message_that_was_lost_more_than_a_day_ago_counts_neither_for_the_alert_nor_for_health()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        var desk = monitor.Get<DeliveryDesk>();
        monitor.Inbox.FailNext(InboxKind.Mail, 400, 1);
        await desk.QueueAsync(Messages.Opened() with { At = monitor.Now }, ["email"], monitor.Now, Stop);
        await desk.DeliverDueAsync(monitor.Now, Stop);
        monitor.Clock.Advance(TimeSpan.FromHours(25));
        (await HealthAsync(monitor)).ShouldBe(HealthStatus.Healthy);
        (await desk.ReadHealthAsync(monitor.Now, Stop)).ShouldAllBe(channel => channel.GivenUp == 0);
    }

    [Fact]
    public async Task A_message_that_is_lost_just_before_another_is_taken_counts_for_a_quarter_of_an_hour()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        var desk = monitor.Get<DeliveryDesk>();
        monitor.Inbox.FailNext(InboxKind.Mail, 400, 1);
        foreach (var incident in new[] { "first", "second" })
            await desk.QueueAsync(Messages.Opened() with { Id = incident, AlertId = incident, At = monitor.Now }, ["email"], monitor.Now, Stop);
        await desk.DeliverDueAsync(monitor.Now, Stop);
        monitor.MailTitles.Count.ShouldBe(1);

        monitor.Clock.Advance(TimeSpan.FromMinutes(15));
        (await LostAsync(), await HealthAsync(monitor)).ShouldBe((1, HealthStatus.Degraded));
        monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        (await LostAsync(), await HealthAsync(monitor)).ShouldBe((0, HealthStatus.Healthy));

        async Task<int> LostAsync() => (await desk.ReadHealthAsync(monitor.Now, Stop)).Single(channel => channel.State.Channel == "email").GivenUp;
    }

    private static async Task SweepAsync(MonitorUnderTest monitor, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await monitor.Pipeline.SweepAlertsAsync(monitor.Now, Stop);
            monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<HealthStatus> HealthAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<HealthReader>().ReadAsync(monitor.Now, Stop)).Checks.Single(check => check.Name == "channel email").Status;
}
