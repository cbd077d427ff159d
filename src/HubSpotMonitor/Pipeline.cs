namespace HubSpotMonitor;

/// <summary>The order of the stops. Every method is one run of one function; <c>now</c> is taken once and passed down.</summary>
public sealed class Pipeline
{
    /// <summary>Asks every portal for its usage, stores and judges the answers, raises alerts and delivers what is due.</summary>
    public Task PollUsageAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Fits every portal's model anew from its stored readings.</summary>
    public Task TrainModelsAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Publishes what a crash left unpublished and delivers what is due.</summary>
    public Task SweepAlertsAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes readings measured elsewhere, so that a model can learn from the past. Repeatable.</summary>
    public Task ImportReadingsAsync(IReadOnlyList<Signals.Reading> readings, CancellationToken cancellationToken) => throw new NotSupportedException();
}
