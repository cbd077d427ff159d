using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Functions;

public sealed class SimulatedClockTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 0, 0, 0, TimeSpan.FromHours(1));

    private readonly FakeTimeProvider _real = new(Epoch);

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(300, 60, 18_000)]
    [InlineData(0.5, 60, 30)]
    [InlineData(300, 0, 0)]
    public void Shows_the_start_at_the_epoch_and_runs_at_its_speed(double speed, int realSeconds, int simulatedSeconds)
    {
        var clock = new SimulatedClock(_real, Epoch, Start, speed);
        _real.Advance(TimeSpan.FromSeconds(realSeconds));

        clock.GetUtcNow().ShouldBe(Start.AddSeconds(simulatedSeconds));
        clock.GetUtcNow().Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Waiting_with_it_takes_as_much_less_time_as_it_is_faster()
    {
        var clock = new SimulatedClock(_real, Epoch, Start, 300);
        var waiting = Task.Delay(TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);

        _real.Advance(TimeSpan.FromMilliseconds(999));
        waiting.IsCompleted.ShouldBeFalse();
        _real.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(301.0, 2.0)]
    public void Timers_fire_late_rather_than_early(double simulatedMilliseconds, double realMilliseconds)
    {
        var fired = 0;
        var clock = new SimulatedClock(_real, Epoch, Start, 300);
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromMilliseconds(simulatedMilliseconds), Timeout.InfiniteTimeSpan);

        _real.Advance(TimeSpan.FromMilliseconds(realMilliseconds - 1));
        fired.ShouldBe(0);
        _real.Advance(TimeSpan.FromMilliseconds(1));
        fired.ShouldBe(1);
    }

    [Fact]
    public void A_slow_clock_does_not_ask_for_more_than_a_timer_can_wait() =>
        new SimulatedClock(TimeProvider.System, Epoch, Start, 0.001)
            .CreateTimer(_ => { }, null, TimeSpan.FromDays(40), Timeout.InfiniteTimeSpan)
            .Dispose();

    [Theory]
    [InlineData("300", true)]
    [InlineData(null, false)]
    public void The_monitor_lives_in_simulated_time_only_when_the_section_exists(string? speed, bool isSimulated)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(speed is null ? [] : Section(speed)).Build();
        using var services = new ServiceCollection()
            .AddSingleton(new HostMode(CustomHandlerPort: null))
            .AddSimulatedClock(settings)
            .AddHubSpotMonitor(settings)
            .BuildServiceProvider();

        (services.GetRequiredService<TimeProvider>() is SimulatedClock).ShouldBe(isSimulated);
    }

    [Fact]
    public void A_complete_section_is_accepted() => Failures(new ClockOptions { Epoch = Epoch, Start = Start, Speed = 300 }).ShouldBeEmpty();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    [InlineData(double.NaN)]
    public void A_speed_that_no_clock_can_have_is_refused(double speed) =>
        Failures(new ClockOptions { Epoch = Epoch, Start = Start, Speed = speed }).ShouldHaveSingleItem().ShouldStartWith("Clock:Speed is");

    [Fact]
    public void What_is_missing_is_named() => Failures(new ClockOptions()).ShouldBe([
        "Clock:Epoch is missing: the real instant at which the simulated clock starts, for example 2026-11-24T08:00:00Z.",
        "Clock:Start is missing: what the simulated clock shows at Clock:Epoch, for example 2026-11-02T00:00:00Z."]);

    [Fact]
    public void A_deployed_monitor_must_live_in_real_time() =>
        Failures(new ClockOptions { Epoch = Epoch, Start = Start }, port: 5001)
            .ShouldHaveSingleItem()
            .ShouldStartWith("Clock is set, but a deployed monitor");

    private static Dictionary<string, string?> Section(string speed) =>
        new() { ["Clock:Epoch"] = "2026-11-24T08:00:00Z", ["Clock:Start"] = "2026-11-02T00:00:00Z", ["Clock:Speed"] = speed };

    private static IEnumerable<string> Failures(ClockOptions options, int? port = null) =>
        new ClockOptionsCheck(new HostMode(port)).Validate(null, options).Failures ?? [];
}
