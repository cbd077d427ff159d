using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Api;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Functions;

public sealed class RecentHealthTests
{
    private static readonly HealthReport Good = new(HealthStatus.Healthy, []);

    private readonly FakeTimeProvider _clock = new();
    private int _readings;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_ask_within_ten_seconds_cost_one_reading()
    {
        var recent = new RecentHealth(_clock);
        for (var asked = 0; asked < 3; asked++) (await recent.ReadAsync(Read, Stop)).ShouldBe(Good);
        _readings.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await recent.ReadAsync(Read, Stop);
        _readings.ShouldBe(2);
    }

    [Fact]
    public async Task One_reads_at_a_time_and_what_failed_is_not_kept()
    {
        var recent = new RecentHealth(_clock);
        var slow = new TaskCompletionSource<HealthReport>();
        var first = recent.ReadAsync(() => slow.Task, Stop);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = recent.ReadAsync(Read, Stop);
        _readings.ShouldBe(0);
        slow.SetException(new InvalidOperationException("The store."));
        await Should.ThrowAsync<InvalidOperationException>(() => first);
        await Should.ThrowAsync<InvalidOperationException>(() => second);
        (await recent.ReadAsync(Read, Stop)).ShouldBe(Good);
    }

    private Task<HealthReport> Read()
    {
        _readings++;
        return Task.FromResult(Good);
    }
}
