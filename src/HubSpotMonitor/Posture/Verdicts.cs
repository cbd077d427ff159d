using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>
/// What rule results mean for alerts: each finding fires, what is no longer found is over, and so
/// is what a rule found that is switched off; a rule that cannot be evaluated changes nothing.
/// </summary>
public static class Verdicts
{
    /// <param name="results">What the rules say now.</param>
    /// <param name="open">The portal's open alerts.</param>
    /// <param name="off">Rules that are switched off.</param>
    public static IReadOnlyList<Assessment> Of(IReadOnlyList<RuleResult> results, IReadOnlyList<Alert> open, IEnumerable<string> off)
    {
        ArgumentNullException.ThrowIfNull(results);
        List<Assessment> assessments =
            [.. open.Where(alert => off.Contains(alert.Finding.Rule)).Select(alert => Assessment.Clear(alert.Finding.Rule, alert.Finding.Subject))];
        foreach (var result in results.Where(result => result.Outcome != RuleOutcome.NotEvaluable))
        {
            var found = result.Findings.Select(finding => finding.Subject).Concat(result.Untold).ToHashSet(StringComparer.Ordinal);
            assessments.AddRange(open.Where(alert => alert.Finding.Rule == result.Rule && !found.Contains(alert.Finding.Subject))
                .Select(alert => Assessment.Clear(result.Rule, alert.Finding.Subject)));
            assessments.AddRange(result.Findings.Select(Assessment.Firing));
        }
        return assessments;
    }
}
