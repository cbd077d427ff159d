namespace HubSpotMonitor.Functions.Timers;

/// <summary>
/// A clock that starts elsewhere and runs at another speed. Timers are scaled with it, so that waiting with this clock works; timestamps
/// stay real, so that measured durations are those of the machine.
/// </summary>
internal sealed class SimulatedClock(TimeProvider real, DateTimeOffset epoch, DateTimeOffset start, double speed) : TimeProvider
{
    // The longest that a timer can wait.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static SimulatedClock From(ClockOptions options) => new(System, options.Epoch!.Value, options.Start!.Value, options.Speed);

    public override DateTimeOffset GetUtcNow() => (start + ((real.GetUtcNow() - epoch) * speed)).ToUniversalTime();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)), this);

    // Rounded up to whole milliseconds, which is all that timers know: better late than early.
    private TimeSpan ToReal(TimeSpan simulated)
    {
        if (simulated == Timeout.InfiniteTimeSpan || simulated == TimeSpan.Zero)
            return simulated;

        var milliseconds = Math.Ceiling(simulated.TotalMilliseconds / speed);
        return milliseconds > MaxWait.TotalMilliseconds ? MaxWait : TimeSpan.FromMilliseconds(milliseconds);
    }

    private sealed class ScaledTimer(ITimer timer, SimulatedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.ToReal(dueTime), clock.ToReal(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
