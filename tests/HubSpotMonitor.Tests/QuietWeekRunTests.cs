using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>The promise that takes the longest to keep, apart from the other stories: two thousand polls.</summary>
public sealed class QuietWeekRunTests(SharedMemory tables)
{
    // 01:40 on a Tuesday in the account (US/Eastern).
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    [Fact]
    public async Task In_a_quiet_week_nobody_is_woken()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, "quiet", Night);
        await monitor.LearnAsync();
        for (var day = 0; day < 7; day++)
        {
            var began = monitor.Now;
            await monitor.LiveAsync(TimeSpan.FromDays(1));
            (await monitor.ReadingsAsync(Metric.UsageLive)).Count(reading => reading.At >= began).ShouldBe(288);
        }
        (await monitor.AlertsAsync()).ShouldBeEmpty();
        monitor.Inbox.Messages.ShouldBeEmpty();
    }
}
