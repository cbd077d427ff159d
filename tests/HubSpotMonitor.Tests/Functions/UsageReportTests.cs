using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>What is settled is read once an hour, and nothing is missing because of it.</summary>
public sealed class UsageReportTests(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    private readonly ReceivingHost _host = new(azurite);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ReadingTable Readings => _host.Services.GetRequiredService<ReadingTable>();

    public async ValueTask InitializeAsync() =>
        await Readings.WriteAsync([.. Enumerable.Range(0, 4 * 288).Select(index => Count(Now.AddMinutes(-5 * index)))], Stop);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_whole_past_is_read_once_and_what_is_new_or_late_is_there_all_the_same()
    {
        (await ReadAsync(Now)).Count.ShouldBe(3 * 288);
        await Readings.WriteAsync([Count(Now.AddMinutes(5)), Count(Now.AddMinutes(-10), 777)], Stop);
        using var requests = new TableRequests(_host.Prefix);

        var later = await ReadAsync(Now.AddMinutes(6));

        requests.Sent.Count.ShouldBe(1, string.Join('\n', requests.Sent));
        later.Select(count => count.At).ShouldBe(later.Select(count => count.At).Distinct().Order());
        later[^1].At.ShouldBe(Now.AddMinutes(5));
        later.ShouldContain(count => count.Value == 777);
        later[0].At.ShouldBe(Now.AddDays(-3).AddMinutes(10), "the window moves on");
        (await ReadAsync(Now.AddMinutes(6), days: 1)).Count.ShouldBe(288);
    }

    [Fact]
    public async Task Holes_may_still_be_filled_and_are_read_anew()
    {
        (await ReadAsync(Now, days: 5)).Count.ShouldBe(4 * 288);
        await Readings.WriteAsync([Count(Now.AddDays(-4).AddMinutes(-55))], Stop);
        (await ReadAsync(Now, days: 5)).Count.ShouldBe((4 * 288) + 1);
    }

    [Fact]
    public async Task After_an_hour_the_past_is_read_again()
    {
        await ReadAsync(Now);
        await Readings.WriteAsync([Count(Now.AddDays(-2), 777)], Stop);
        (await ReadAsync(Now.AddMinutes(59))).ShouldNotContain(count => count.Value == 777);
        (await ReadAsync(Now.AddMinutes(61))).ShouldContain(count => count.Value == 777);
    }

    private Task<IReadOnlyList<Reading>> ReadAsync(DateTimeOffset to, int days = 3) =>
        _host.Services.GetRequiredService<UsageReport>()
            .ReadCountsAsync(ReceivingHost.Acme, to.AddDays(-days).AddSeconds(1), to.AddSeconds(1).AddTicks(1), Stop);

    private static Reading Count(DateTimeOffset at, double calls = 100) =>
        new() { Portal = ReceivingHost.Acme, Metric = Metric.Calls, Since = at.AddMinutes(-5), At = at, Value = calls };
}
