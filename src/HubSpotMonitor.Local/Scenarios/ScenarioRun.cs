namespace HubSpotMonitor.Local.Scenarios;

/// <summary>A scenario that was lived through, or is being lived through, by the accounts. What it did stays in the past of their counters.</summary>
/// <param name="Scenario">What happens.</param>
/// <param name="StartedAt">The simulated instant its times count from.</param>
/// <param name="StoppedAt">When its effects ended, finished or not; null while it runs.</param>
public sealed record ScenarioRun(Scenario Scenario, DateTimeOffset StartedAt, DateTimeOffset? StoppedAt = null)
{
    internal IEnumerable<T> Active<T>(DateTimeOffset at)
        where T : Effect =>
        at < StartedAt || at >= StoppedAt ? [] : Scenario.Effects.OfType<T>().Where(effect => effect.Covers(at - StartedAt));
}
