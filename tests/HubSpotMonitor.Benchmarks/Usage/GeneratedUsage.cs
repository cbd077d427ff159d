using HubSpotMonitor.Detection;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>The calls of a simulated account, counted every five minutes. Its account's seed decides all of it.</summary>
internal static class GeneratedUsage
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <param name="account">The account.</param>
    /// <param name="from">The first instant.</param>
    /// <param name="until">The end, not itself counted.</param>
    /// <param name="stories">What happens meanwhile; none: nothing.</param>
    public static UsageSeries Of(SimulatedAccount account, DateTimeOffset from, DateTimeOffset until, params IReadOnlyList<ScenarioRun> stories)
    {
        var clock = AccountClock.FromName(account.TimeZone);
        var calls = new CallCounter(account, stories);
        List<Reading> counters = [];
        for (var at = from; at < until; at += Every)
            counters.Add(new() { Portal = account.Id, Metric = Metric.UsageLive, At = at, Value = calls.CountAt(at), Limit = account.DailyLimit });
        return new(account.Name, clock, UsageCounter.Count(counters, clock));
    }
}
