namespace HubSpotMonitor.Local.Simulation;

/// <summary>
/// Time that began at <see cref="Start"/> when real time was <see cref="Epoch"/>,
/// and runs faster. The host computes the same from the same three values.
/// </summary>
internal sealed class SimulatedClock(TimeProvider real, DateTimeOffset start, double speed) : TimeProvider
{
    public DateTimeOffset Epoch { get; } = real.GetUtcNow();

    public DateTimeOffset Start => start;

    public double Speed => speed;

    public override DateTimeOffset GetUtcNow() => start + (speed * (real.GetUtcNow() - Epoch));

    /// <summary>Waits until simulated time has come to an instant.</summary>
    public Task UntilAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var left = (at - GetUtcNow()) / speed;
        return left > TimeSpan.Zero ? Task.Delay(left, real, cancellationToken) : Task.CompletedTask;
    }
}
