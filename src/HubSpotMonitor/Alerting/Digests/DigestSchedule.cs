using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Digests;

/// <summary>When a digest is due, by the account's own clock. Pure.</summary>
public static class DigestSchedule
{
    /// <returns>The last instant up to now at which one was due; null: digests are off.</returns>
    public static DateTimeOffset? LastDue(AlertingOptions options, AccountClock clock, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if (options.Digest == DigestRhythm.Off) return null;
        var date = clock.Local(now).Date;
        while (At(date, options.DigestHour, clock) > now || (options.Digest == DigestRhythm.Weekly && date.DayOfWeek != DayOfWeek.Monday))
            date = date.AddDays(-1);
        return At(date, options.DigestHour, clock);
    }

    private static DateTimeOffset At(DateTime date, int hour, AccountClock clock)
    {
        var local = date.AddHours(hour);
        // The hour that is skipped in spring.
        while (clock.Zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        return new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
