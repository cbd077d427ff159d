using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Tests.Bus;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotMonitor.Tests.Functions;

public sealed class ScheduleTests : IAsyncDisposable
{
    private readonly WatchedClock _clock = new(new DateTimeOffset(2026, 11, 24, 3, 12, 30, TimeSpan.Zero));
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly List<string> _runs = [];
    private Func<Task> _run = () => Task.CompletedTask;
    private Schedule? _schedule;

    public async ValueTask DisposeAsync()
    {
        if (_schedule is null)
            return;
        await _schedule.StopAsync(TestContext.Current.CancellationToken);
        _schedule.Dispose();
    }

    [Fact]
    public async Task Nothing_runs_before_the_host_has_started()
    {
        await StartAsync(("PollUsage", "0 */5 * * * *"));
        _clock.Advance(TimeSpan.FromMinutes(20));

        _runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Polls_and_sweeps_at_start_and_then_on_time()
    {
        await StartAsync(("PollUsage", "0 */5 * * * *"), ("SweepAlerts", "0 * * * * *"), ("TrainModels", "0 15 3 * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(2);

        await AdvanceAsync(TimeSpan.FromSeconds(30), waits: 3, seen: 3);
        await AdvanceAsync(TimeSpan.FromMinutes(1), waits: 4, seen: 4);
        await AdvanceAsync(TimeSpan.FromMinutes(1), waits: 5, seen: 7);

        _runs.Order().ShouldBe(
        [
            "PollUsage 03:12:30", "PollUsage 03:15:00", "SweepAlerts 03:12:30", "SweepAlerts 03:13:00", "SweepAlerts 03:14:00",
            "SweepAlerts 03:15:00", "TrainModels 03:15:00",
        ]);
    }

    [Fact]
    public async Task A_failed_run_does_not_keep_the_next_from_coming()
    {
        _run = () => throw new InvalidOperationException("The store is down.");
        await StartAsync(("PollUsage", "0 */5 * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);

        await AdvanceAsync(TimeSpan.FromMinutes(5), waits: 1, seen: 2);

        _runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_falls_due_during_a_long_run_is_made_good_by_one_run()
    {
        var slow = new TaskCompletionSource();
        _run = () => slow.Task;
        await StartAsync(("SweepAlerts", "0 * * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);

        _clock.Advance(TimeSpan.FromMinutes(10));
        _runs.Count.ShouldBe(1);
        _run = () => Task.CompletedTask;
        slow.SetResult();
        await SeenAsync(2);
        await AdvanceAsync(TimeSpan.FromSeconds(30), waits: 1, seen: 3);

        _runs.ShouldBe(["SweepAlerts 03:12:30", "SweepAlerts 03:22:30", "SweepAlerts 03:23:00"]);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_stops_no_timer()
    {
        await StartAsync(("SweepAlerts", "0 * * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);
        await ReachAsync(() => _clock.Waits, 1);
        _clock.AdjustTime(_clock.GetUtcNow().AddHours(-2));
        _clock.Advance(TimeSpan.FromSeconds(30));
        await AdvanceAsync(TimeSpan.FromMinutes(1), waits: 2, seen: 2);

        _runs.ShouldBe(["SweepAlerts 03:12:30", "SweepAlerts 01:14:00"]);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_during_a_run_does_not_keep_the_next_from_coming()
    {
        var slow = new TaskCompletionSource();
        _run = () => slow.Task;
        await StartAsync(("SweepAlerts", "0 * * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);

        _clock.AdjustTime(_clock.GetUtcNow().AddHours(-2));
        _run = () => Task.CompletedTask;
        slow.SetResult();
        await AdvanceAsync(TimeSpan.FromSeconds(30), waits: 1, seen: 2);

        _runs.ShouldBe(["SweepAlerts 03:12:30", "SweepAlerts 01:13:00"]);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_a_little_runs_nothing_twice()
    {
        await StartAsync(("SweepAlerts", "0 * * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);
        await AdvanceAsync(TimeSpan.FromSeconds(30), waits: 1, seen: 2);
        await ReachAsync(() => _clock.Waits, 2);
        _clock.AdjustTime(_clock.GetUtcNow().AddSeconds(-2));
        _clock.Advance(TimeSpan.FromSeconds(60));
        await AdvanceAsync(TimeSpan.FromSeconds(2), waits: 3, seen: 3);

        _runs.ShouldBe(["SweepAlerts 03:12:30", "SweepAlerts 03:13:00", "SweepAlerts 03:14:00"]);
    }

    [Fact]
    public async Task Stops_promptly_in_the_middle_of_a_run()
    {
        _run = () => new TaskCompletionSource().Task;
        await StartAsync(("PollUsage", "0 */5 * * * *"));
        _lifetime.NotifyStarted();
        await SeenAsync(1);

        await _schedule!.StopAsync(TestContext.Current.CancellationToken);

        _schedule.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void A_schedule_that_cannot_be_understood_stops_the_start() =>
        Should.Throw<Exception>(() => Create(("PollUsage", "every five minutes"))).Message
            .ShouldStartWith("The schedule 'every five minutes' of PollUsage cannot be understood");

    private Schedule Create(params (string Function, string Schedule)[] timers)
    {
        var folders = new FunctionFolders(
            [.. timers.Select(timer => new FunctionFolder(timer.Function, new TriggerBinding { Type = "timerTrigger", Schedule = timer.Schedule }))]);
        var table = new TimerTable(timers.ToDictionary(timer => timer.Function, timer => Recorded(timer.Function)));
        return new Schedule(folders, new TimerRunner(table, _clock, NullLogger<TimerRunner>.Instance), _clock, _lifetime);
    }

    private Task StartAsync(params (string Function, string Schedule)[] timers)
    {
        _schedule = Create(timers);
        return _schedule.StartAsync(TestContext.Current.CancellationToken);
    }

    private TimerRun Recorded(string function) => (now, cancellationToken) =>
    {
        lock (_runs)
            _runs.Add(FormattableString.Invariant($"{function} {now:HH:mm:ss}"));
        return _run().WaitAsync(cancellationToken);
    };

    // The loops ask for their next wake-up just after a run; until they have, time would pass them by and they would run late.
    private async Task AdvanceAsync(TimeSpan time, int waits, int seen)
    {
        await ReachAsync(() => _clock.Waits, waits);
        _clock.Advance(time);
        await SeenAsync(seen);
    }

    private Task SeenAsync(int count) => ReachAsync(
        () =>
        {
            lock (_runs)
                return _runs.Count;
        },
        count);

    private static async Task ReachAsync(Func<int> count, int wanted)
    {
        await BusUnderTest.EventuallyAsync(() => count() >= wanted);
        count().ShouldBe(wanted);
    }
}
