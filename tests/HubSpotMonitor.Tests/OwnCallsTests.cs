using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Detection;
using HubSpotMonitor.Tests.Polling;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests;

/// <summary>What the monitor itself costs an account is counted as HubSpot counts it.</summary>
public sealed class OwnCallsTests(SharedAzurite azurite)
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 23, 23, 40, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_request_that_HubSpot_received_is_counted_to_its_day()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "enterprise", Evening);
        await RunAsync(monitor);
        await RunAsync(monitor);
        var before = monitor.HubSpotRequests;
        before.ShouldBeGreaterThan(6);
        (await ViewAsync(monitor)).OwnCallsToday.ShouldBe(before);

        monitor.Clock.Advance(TimeSpan.FromMinutes(30));
        await RunAsync(monitor);
        var view = await ViewAsync(monitor);
        (view.OwnCallsYesterday, view.OwnCallsToday).ShouldBe((before, monitor.HubSpotRequests - before));
    }

    // 1152 a day are the four of every poll; that they are told, and without them are not, is UsageJudgeTests' to say.
    [Theory]
    [InlineData(576, 9999, 7000, true)] // histories that were read from their beginning count as much as the polls at most
    [InlineData(1152, null, 7000, true)]
    [InlineData(576, 576, 15_000, false)] // too small a part of all calls to be worth a look
    public async Task Silence_is_judged_without_what_the_monitor_itself_called_yesterday(int polls, int? audits, double calls, bool isTold)
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        watch.HubSpot.Details = [FakeHubSpot.Reply("""{"portalId":4711,"timeZone":"UTC"}""")];
        var portal = new PortalOptions { Id = Samples.Acme.Id, Name = Samples.Acme.Name, Token = ActivityUnderTest.Token };
        var detector = UsageJudgeTests.Poller(UsageJudgeTests.OwnAPoll);
        var (now, counter) = (detector.Last, 5000);
        await watch.Get<DetectorStore>().ReplaceAsync(portal.Id, Metric.Calls, null, detector, ActivityUnderTest.Stop);
        await watch.Get<ReadingTable>().WriteAsync([Samples.Counter(now, counter)], ActivityUnderTest.Stop);
        await PutAsync(watch, now, polls, audits, calls);

        Finding? told = null;
        for (var poll = 0; poll < 48 && told is null; poll++)
        {
            (now, counter) = (now.AddMinutes(5), counter + UsageJudgeTests.OwnAPoll);
            watch.HubSpot.Usage = [Headers(counter)];
            await watch.Get<UsageWatch>().PollAsync(portal, now, ActivityUnderTest.Stop);
            told = (await watch.Get<AlertTable>().ReadCurrentAsync(portal.Id, ActivityUnderTest.Stop))
                .Select(stored => stored.Alert.Finding)
                .FirstOrDefault(finding => finding.Rule == UsageFindings.SilenceRule);
        }

        (told is not null).ShouldBe(isTold);
        told?.Summary.ShouldContain("without the monitor's own calls.");
    }

    private static async Task PutAsync(ActivityUnderTest watch, DateTimeOffset now, int polls, int? audits, double calls)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var checkpoints = watch.Get<CheckpointTable>();
        var checkpoint = new UsageCheckpoint
        {
            Portal = Samples.Acme.Id,
            LastPollAt = now,
            LastGoodPollAt = now,
            Outcome = PollOutcome.Good,
            TimeZone = "UTC",
            JudgedUntil = now,
            Hours = [new(now.AddHours(-1), calls, null, null)],
            Calls = new(day, 0, polls),
        };
        (await checkpoints.TryWriteAsync(checkpoint, StoredCheckpoint.None, ActivityUnderTest.Stop)).ShouldBeTrue();
        if (audits is { } cost)
            await checkpoints.WriteAsync(Samples.Acme.Id, new PostureScore(now, 0, 0, 0, new(day, 0, cost)), ActivityUnderTest.Stop);
    }

    // A figure that HubSpot could not fetch, and headers that count.
    private static RequestDelegate Headers(int counter) => FakeHubSpot.Reply(
        """{"results":[{"name":"private-apps-api-calls-daily","usageLimit":625000,"currentUsage":0,"fetchStatus":"TIMEOUT"}]}""",
        200,
        ("X-HubSpot-RateLimit-Daily", "625000"),
        ("X-HubSpot-RateLimit-Daily-Remaining", $"{625_000 - counter}"));

    private static async Task RunAsync(MonitorUnderTest monitor)
    {
        await monitor.PollAsync();
        await monitor.Pipeline.PollActivityAsync(monitor.Now, TestContext.Current.CancellationToken);
        await monitor.Pipeline.AuditAccessAsync(monitor.Now, TestContext.Current.CancellationToken);
        monitor.Clock.Advance(TimeSpan.FromMinutes(5));
    }

    private static async Task<PortalView> ViewAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<DashboardReader>().ReadPresentAsync(monitor.Now, TestContext.Current.CancellationToken)).Portals.Single();
}
