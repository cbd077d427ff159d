using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

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

    [Fact]
    public void A_day_without_a_poll_is_no_day_before()
    {
        var tally = CallTally.Add(null, 5, Evening);
        CallTally.Add(tally, 2, Evening.AddDays(1)).ShouldBe(new(new(2026, 11, 24), 2, 5));
        CallTally.Add(tally, 2, Evening.AddDays(2)).ShouldBe(new(new(2026, 11, 25), 2, null));
    }

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
