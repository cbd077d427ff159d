using HubSpotMonitor.Dashboard;

namespace HubSpotMonitor.Functions.Api;

/// <summary>A health report that is kept for ten seconds and read by one at a time: who asks without a name must not make the store work.</summary>
/// <param name="clock">Real time, whatever the monitor's clock: it is the store that is to be spared.</param>
internal sealed class RecentHealth(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<HealthReport>? _reading;
    private long _begun;

    /// <param name="read">Must not end because one of those who ask has gone.</param>
    /// <param name="cancellationToken">Of the one who asks.</param>
    public Task<HealthReport> ReadAsync(Func<Task<HealthReport>> read, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.IsCompleted && (_reading.IsFaulted || clock.GetElapsedTime(_begun) >= Fresh)))
                (_begun, _reading) = (clock.GetTimestamp(), read());
            return _reading.WaitAsync(cancellationToken);
        }
    }
}
