using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>A label on the time axis.</summary>
/// <param name="X">0 to 1 from the left.</param>
/// <param name="Label">What stands below.</param>
/// <param name="IsMidnight">Where the account's day begins and the counter starts again.</param>
/// <param name="IsMinor">Left out where there is little room.</param>
public sealed record Tick(double X, string Label, bool IsMidnight, bool IsMinor);

/// <summary>Where the time axis of a chart has lines: every third hour of a day, every midnight of a week, every other one of a month.</summary>
internal static class TimeTicks
{
    // Some zones lie half or a quarter of an hour beside the others.
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    public static IEnumerable<Tick> Of(ChartWindow window, PortalClock clock)
    {
        var days = window.Length.TotalDays;
        for (var at = window.From.Floor(Quarter) + Quarter; at < window.To; at += Quarter)
        {
            var local = clock.Local(at);
            if (local.Minute != 0 || local.Hour % 3 != 0) continue;
            var isMidnight = local.Hour == 0;
            if (days <= 2)
                yield return new Tick(window.Share(at), isMidnight ? clock.Day(at) : clock.Time(at), isMidnight, local.Hour % 6 != 0);
            else if (isMidnight && (days <= 8 || local.DayOfYear % 2 == 0))
                yield return new Tick(window.Share(at), clock.Day(at), true, days <= 8 ? local.Day % 2 == 1 : local.DayOfYear % 4 != 0);
        }
    }
}
