using System.Collections.Frozen;

namespace HubSpotMonitor.Functions.Timers;

/// <summary>One run of a timer function.</summary>
internal delegate Task TimerRun(DateTimeOffset now, CancellationToken cancellationToken);

/// <summary>What each timer function does.</summary>
internal sealed class TimerTable(IReadOnlyDictionary<string, TimerRun> runs)
{
    private readonly FrozenDictionary<string, TimerRun> _runs = runs.ToFrozenDictionary();

    public TimerTable(Pipeline pipeline)
        : this(new Dictionary<string, TimerRun>
        {
            [FunctionNames.PollUsage] = pipeline.PollUsageAsync,
            [FunctionNames.PollActivity] = pipeline.PollActivityAsync,
            [FunctionNames.AuditAccess] = pipeline.AuditAccessAsync,
            [FunctionNames.TrainModels] = pipeline.TrainModelsAsync,
            [FunctionNames.SweepAlerts] = pipeline.SweepAlertsAsync,
            [FunctionNames.WatchEvents] = pipeline.WatchEventsAsync,
            [FunctionNames.PruneTables] = pipeline.PruneTablesAsync,
            [FunctionNames.InspectGrants] = pipeline.InspectGrantsAsync,
            [FunctionNames.SendDigest] = pipeline.SendDigestAsync,
        })
    {
    }

    public IReadOnlyCollection<string> Functions => _runs.Keys;

    public TimerRun this[string function] => _runs[function];
}
