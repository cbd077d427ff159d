using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>The detector over one series, as the product runs it: count by count, nothing known beforehand.</summary>
public static class UsageRun
{
    /// <summary>Alarms closer than this are one alert.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromHours(1);

    public static IReadOnlyList<UsageAlert> Alerts(UsageSeries series) => Alerts(series, new CountDetector(series.Clock));

    internal static IReadOnlyList<UsageAlert> Alerts(UsageSeries series, CountDetector detector)
    {
        List<UsageAlert> alerts = [];
        foreach (var (count, verdict) in Verdicts(series, detector))
        {
            if (CountAlarm.Of(verdict) is not { } alarm) continue;
            if (alerts.Count > 0 && count.At - alerts[^1].End <= Same)
            {
                alerts[^1] = alerts[^1] with { End = count.At };
            }
            else
            {
                alerts.Add(new(
                    series.Name,
                    count.At,
                    count.At,
                    alarm.Class.ToString(),
                    alarm.Probability,
                    Math.Round(alarm.Lead.Expected, 1),
                    Math.Round(alarm.Lead.Seen, 1),
                    alarm.Sentence));
            }
        }
        return alerts;
    }

    /// <summary>How often the alert of a slow drain opens, as the product opens and ends it, from an instant on.</summary>
    public static int DrainsTold(UsageSeries series, DateTimeOffset from = default)
    {
        var detector = new CountDetector(series.Clock);
        var (told, isOpen) = (0, false);
        foreach (var (count, verdict) in Verdicts(series, detector))
        {
            var condition = UsageFindings.Assess(CountAlarm.Of(verdict), count, detector)
                .Single(one => one.Rule == UsageFindings.DrainRule).Condition;
            if (condition is Condition.Firing && !isOpen && count.At > from) told++;
            isOpen = condition is Condition.Firing || (isOpen && condition is not Condition.Clear);
        }
        return told;
    }

    public static IEnumerable<(Reading Count, CountVerdict Verdict)> Verdicts(UsageSeries series) =>
        Verdicts(series, new CountDetector(series.Clock));

    internal static IEnumerable<(Reading Count, CountVerdict Verdict)> Verdicts(UsageSeries series, CountDetector detector)
    {
        foreach (var count in series.Counts) yield return (count, UsageJudge.Take(detector, count));
    }
}
