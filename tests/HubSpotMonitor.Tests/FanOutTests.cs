using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Bus;

namespace HubSpotMonitor.Tests;

/// <summary>More portals than one run polls: an order each, over the bus.</summary>
public sealed class FanOutTests(SharedAzurite azurite) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private readonly ServiceBusLookAlike _azure = new(TimeProvider.System, ("email", "1=1"), ("teams", "1=1"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _azure.Dispose();

    [Fact]
    public async Task With_more_portals_than_one_run_polls_each_is_ordered_and_polled_once()
    {
        await using var monitor = await StartAsync();
        await monitor.PollAsync();
        await monitor.Pipeline.PollActivityAsync(monitor.Now, Stop);
        monitor.HubSpotRequests.ShouldBe(0);

        await WorkAsync(monitor, monitor.Pipeline.PollPortalAsync, () => _azure.PollQueue.Completed.Count == 6);

        foreach (var portal in (long[])[4711, 1, 2])
            (await monitor.Get<CheckpointTable>().ReadAsync(portal, Stop))!.LastPollAt.ShouldBe(monitor.Now);
        (await monitor.ReadingsAsync(Metric.UsageLive)).ShouldHaveSingleItem();
        // The same run once more, as after a crash: the queue knows its orders.
        await monitor.PollAsync();
        (_azure.Polls.Repeats, _azure.PollQueue.Count).ShouldBe((3, 0));
    }

    [Fact]
    public async Task A_portal_that_fails_does_not_hold_the_others_and_is_put_aside()
    {
        await using var monitor = await StartAsync();
        await monitor.PollAsync();

        await WorkAsync(
            monitor,
            (order, now, token) =>
                order.Portal == 1 ? throw new IOException("The store is away.") : monitor.Pipeline.PollPortalAsync(order, now, token),
            () => _azure.PollQueue.Completed.Count == 2 && _azure.PollQueue.DeadLetters!.Count == 1);

        (await monitor.Get<CheckpointTable>().ReadAsync(4711, Stop)).ShouldNotBeNull();
        (await monitor.Get<CheckpointTable>().ReadAsync(2, Stop)).ShouldNotBeNull();
        (await monitor.Get<CheckpointTable>().ReadAsync(1, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Orders_that_come_twice_also_at_once_leave_the_rows_of_one()
    {
        await using var monitor = await StartAsync();
        await using var plain = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Start);
        for (var poll = 0; poll < 12; poll++)
        {
            var order = new PollOrder { Kind = PollKind.Usage, Portal = 4711, At = monitor.Now };
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => monitor.Pipeline.PollPortalAsync(order, monitor.Now, Stop)));
            await plain.PollAsync();
            monitor.Clock.Advance(TimeSpan.FromMinutes(1));
            await monitor.Pipeline.PollPortalAsync(order, monitor.Now, Stop); // brought late once more
            monitor.Clock.Advance(TimeSpan.FromMinutes(4));
            plain.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        monitor.HubSpotRequests.ShouldBe(plain.HubSpotRequests);
        foreach (var metric in (string[])[Metric.UsageLive, Metric.Calls])
            (await monitor.ReadingsAsync(metric)).ShouldBe(await plain.ReadingsAsync(metric));
        (await monitor.ReadingsAsync(Metric.Calls)).Count.ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task What_failed_is_given_back_and_what_broke_off_is_free_after_its_time()
    {
        await using var monitor = await StartAsync();
        var order = new PollOrder { Kind = PollKind.Usage, Portal = 1, At = monitor.Now };
        var fanOut = monitor.Get<FanOut>();

        await Should.ThrowAsync<IOException>(() => fanOut.OnceAsync(order, monitor.Now, _ => throw new IOException(), Stop));
        (await fanOut.OnceAsync(order, monitor.Now, _ => Task.CompletedTask, Stop)).ShouldBeTrue();
        (await fanOut.OnceAsync(order, monitor.Now, _ => Task.CompletedTask, Stop)).ShouldBeFalse();

        var next = order with { At = monitor.Now.AddMinutes(5) };
        await monitor.Get<ClaimTable>().TryTakeAsync(Keys.Poll(1, "Usage"), next.At, next.At.AddMinutes(4), next.At, Stop);
        (await fanOut.OnceAsync(next, next.At.AddMinutes(3), _ => Task.CompletedTask, Stop)).ShouldBeFalse();
        (await fanOut.OnceAsync(next, next.At.AddMinutes(5), _ => Task.CompletedTask, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_host_wrote_whose_clock_was_hours_ahead_keeps_no_order_from_being_done()
    {
        await using var monitor = await StartAsync();
        var fanOut = monitor.Get<FanOut>();
        var ahead = monitor.Now.AddHours(6);
        (await fanOut.OnceAsync(new() { Kind = PollKind.Usage, Portal = 1, At = ahead }, ahead, _ => Task.CompletedTask, Stop)).ShouldBeTrue();
        (await monitor.Get<ClaimTable>().TryTakeAsync(Keys.Poll(2, "Usage"), ahead, ahead.AddMinutes(4), ahead, Stop)).ShouldNotBeNull(); // and died

        foreach (var portal in (long[])[1, 2])
        {
            var order = new PollOrder { Kind = PollKind.Usage, Portal = portal, At = monitor.Now };
            (await fanOut.OnceAsync(order, monitor.Now, _ => Task.CompletedTask, Stop)).ShouldBeTrue();
            (await fanOut.OnceAsync(order, monitor.Now, _ => Task.CompletedTask, Stop)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Without_a_bus_one_run_polls_all_and_says_so_once()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Start, [.. Portals]);
        await monitor.LiveAsync(TimeSpan.FromMinutes(10));

        (await monitor.Get<CheckpointTable>().ReadAsync(2, Stop)).ShouldNotBeNull();
        monitor.Logs.Lines.Count(line => line.StartsWith("3 portals are polled by one run", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void What_is_no_order_is_not_taken_for_one()
    {
        var order = new PollOrder { Kind = PollKind.Activity, Portal = 1, At = Start };
        PollOrder.Read(order.ToUtf8()).ShouldBe(order);
        string[] bodies =
        [
            "",
            "null",
            "[]",
            "{}",
            """{"version":2,"kind":"Usage","portal":1,"at":"2026-11-24T15:00:00Z"}""",
            """{"kind":"Other","portal":1,"at":"2026-11-24T15:00:00Z"}""",
        ];
        foreach (var body in bodies)
            PollOrder.Read(System.Text.Encoding.UTF8.GetBytes(body)).ShouldBeNull(body);
    }

    private static IEnumerable<(string, string)> Portals =>
    [
        ("Bus:PollsAbove", "2"),
        .. Enumerable.Range(1, 2).SelectMany(id => new[]
        {
            ($"Portals:{id}:Id", $"{id}"),
            ($"Portals:{id}:Name", $"Portal {id}"),
            ($"Portals:{id}:Token", $"pat-na1-00000000-0000-4000-8000-00000000000{id}"),
        }),
    ];

    private Task<MonitorUnderTest> StartAsync() =>
        MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Start, [.. Portals, ("Bus:ConnectionString", _azure.ConnectionString)]);

    private static Task WorkAsync(MonitorUnderTest monitor, Func<PollOrder, DateTimeOffset, CancellationToken, Task> poll, Func<bool> isDone) =>
        BusUnderTest.RunUntilAsync(
            stop => monitor.Get<SubscriptionReader>().RunPollsAsync((order, token) => poll(order, monitor.Now, token), stop), isDone);
}
