namespace HubSpotMonitor.Local.Scenarios;

/// <summary>A scenario that was lived through, or is being lived through, by the accounts. What it did stays in the past of their counters.</summary>
/// <param name="Scenario">What happens.</param>
/// <param name="StartedAt">The simulated instant its times count from.</param>
/// <param name="StoppedAt">When its effects ended, finished or not; null while it runs.</param>
public sealed record ScenarioRun(Scenario Scenario, DateTimeOffset StartedAt, DateTimeOffset? StoppedAt = null)
{
    internal IEnumerable<T> Active<T>(DateTimeOffset at)
        where T : Effect => Scenario.Effects.OfType<T>().Where(effect => IsActive(effect, at));

    internal bool IsActive(Effect effect, DateTimeOffset at) => at >= StartedAt && !(at >= StoppedAt) && effect.Covers(at - StartedAt);

    /// <summary>Whether an effect may be active in a part of an interval.</summary>
    internal bool Overlaps(Effect effect, DateTimeOffset from, DateTimeOffset to) =>
        to > StartedAt + effect.StartsAfter && !(from >= StoppedAt) && !(from >= StartedAt + effect.StartsAfter + effect.Lasts);
}
