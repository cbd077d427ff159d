using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests;

/// <summary>A clock that tells who asked it to be woken: put forward before somebody asks, it would wake them late or never.</summary>
internal sealed class WatchedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    public int Waits => _waits.Count;

    /// <summary>How often somebody asked to be woken after just this time.</summary>
    public int WaitsOf(TimeSpan time) => _waits.Count(wait => wait == time);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), _waits);
        _waits.Enqueue(dueTime);
        return timer;
    }

    private sealed class WatchedTimer(ITimer timer, ConcurrentQueue<TimeSpan> waits) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isChanged = timer.Change(dueTime, period);
            waits.Enqueue(dueTime);
            return isChanged;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
