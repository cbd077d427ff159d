using System.Collections.Concurrent;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation.Traffic;

/// <summary>The counter of an account's calls, which starts again at every midnight of the account and never passes the limit.</summary>
public sealed class CallCounter(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    // Enough for today, yesterday and whoever reads the past in order.
    private const int DaysKept = 8;

    private readonly ConcurrentDictionary<DateOnly, AccountDay> _days = new();

    /// <summary>Calls since the account's midnight. Beyond the limit calls are refused, and not counted.</summary>
    public int CountAt(DateTimeOffset at) => Math.Min(account.DailyLimit, DayOf(at).CallsUntil(at));

    /// <summary>When the counter that counts at this instant starts again.</summary>
    public DateTimeOffset ResetsAfter(DateTimeOffset at) => DayOf(at).EndsAt;

    private AccountDay DayOf(DateTimeOffset at)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, account.Zone).DateTime);
        if (_days.Count > DaysKept && !_days.ContainsKey(date))
            _days.Clear();
        return _days.GetOrAdd(date, day => AccountDay.Compute(account, runs, day));
    }
}
