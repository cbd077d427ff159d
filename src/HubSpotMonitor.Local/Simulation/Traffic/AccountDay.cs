using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation.Traffic;

/// <summary>A day of an account's own clock, in minutes: 1,440 of them, or an hour more or less when the clocks change.</summary>
internal sealed class AccountDay
{
    // Zones change their offset at a multiple of this, so one conversion serves for all its minutes.
    private const int OffsetSteps = 15;
    private const int MonitorCalls = 2;
    private const int MonitorEvery = 5;

    private readonly int[] _callsBefore;

    private AccountDay(DateTimeOffset startsAt, DateTimeOffset endsAt, int[] callsBefore)
    {
        StartsAt = startsAt;
        EndsAt = endsAt;
        _callsBefore = callsBefore;
    }

    public DateTimeOffset StartsAt { get; }

    /// <summary>When the counter starts again.</summary>
    public DateTimeOffset EndsAt { get; }

    public static AccountDay Compute(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs, DateOnly date)
    {
        var start = Midnight(account.Zone, date);
        var end = Midnight(account.Zone, date.AddDays(1));
        var callsBefore = new int[(int)(end - start).TotalMinutes + 1];
        var traffic = new MinuteTraffic(account, runs);
        var offset = TimeSpan.Zero;
        for (var minute = 0; minute < callsBefore.Length - 1; minute++)
        {
            var at = start.AddMinutes(minute);
            if (minute % OffsetSteps == 0)
                offset = account.Zone.GetUtcOffset(at);
            var own = at.Minute % MonitorEvery == 0 ? MonitorCalls : 0;
            callsBefore[minute + 1] = callsBefore[minute] + traffic.CallsIn(at, at.UtcDateTime + offset) + own;
        }
        return new(start, end, callsBefore);
    }

    /// <summary>Calls since midnight; within a minute they are spread evenly.</summary>
    public int CallsUntil(DateTimeOffset at)
    {
        var elapsed = (at - StartsAt).TotalMinutes;
        var minute = Math.Clamp((int)elapsed, 0, _callsBefore.Length - 2);
        return _callsBefore[minute] + (int)((_callsBefore[minute + 1] - _callsBefore[minute]) * (elapsed - minute));
    }

    /// <summary>The first instant of a date. Where the clocks change at midnight, that is not always 00:00.</summary>
    private static DateTimeOffset Midnight(TimeZoneInfo zone, DateOnly date)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(OffsetSteps);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
