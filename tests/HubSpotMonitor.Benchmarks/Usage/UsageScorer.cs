namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>How well one series' alerts tell its events.</summary>
/// <param name="Found">For each event: the first alert in it; null: missed.</param>
/// <param name="FalseAlerts">Alerts in no event.</param>
/// <param name="Weeks">Watched, after the warm-up.</param>
public sealed record UsageScore(IReadOnlyList<(UsageEvent Event, UsageAlert? First)> Found, IReadOnlyList<UsageAlert> FalseAlerts, double Weeks);

/// <summary>
/// The usage benchmark's rules. An event is found when an alert is raised in it or within an hour after; alerts in no event are
/// false, those closer than an hour being one. Only an alert's beginning counts: one that is merely still open finds nothing.
/// </summary>
public static class UsageScorer
{
    private static readonly TimeSpan Near = TimeSpan.FromHours(1);

    public static UsageScore Score(UsageTruth truth, IReadOnlyList<UsageAlert> alerts)
    {
        ArgumentNullException.ThrowIfNull(truth);
        List<UsageAlert> counted =
            [.. alerts.Where(alert => alert.Start >= truth.WarmupEnd && alert.Start <= truth.End).OrderBy(alert => alert.Start)];
        List<(UsageEvent, UsageAlert?)> found = [.. truth.Events.Where(item => item.End > truth.WarmupEnd)
            .Select(item => (item, counted.FirstOrDefault(alert => IsIn(alert, item))))];
        List<UsageAlert> wrong = [];
        var last = DateTimeOffset.MinValue;
        foreach (var alert in counted.Where(alert => !truth.Events.Any(item => IsIn(alert, item))))
        {
            if (alert.Start - last > Near) wrong.Add(alert);
            last = alert.End;
        }
        return new(found, wrong, (truth.End - truth.WarmupEnd).TotalDays / 7);
    }

    private static bool IsIn(UsageAlert alert, UsageEvent item) => alert.Start >= item.Start && alert.Start <= item.End + Near;
}
