using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What would make more rules speak.</summary>
/// <param name="Source">The source that is missing; null: nothing can be done but wait, or it is for one rule only.</param>
/// <param name="Says">What to grant or set up.</param>
/// <param name="Rules">Ids of the rules that wait for it.</param>
public sealed record CoverageGap(AccessSource? Source, string Says, IReadOnlyList<string> Rules);

/// <summary>What the rules say of one portal, and of what they say it.</summary>
public sealed record PostureReport
{
    public required long Portal { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<Credential> Credentials { get; init; }

    public required IReadOnlyList<RuleResult> Results { get; init; }

    public required IReadOnlyList<SourceState> Sources { get; init; }

    /// <summary>What would make more rules speak, the largest gain first.</summary>
    public required IReadOnlyList<CoverageGap> Gaps { get; init; }

    /// <summary>Users at the last count; null: they could not be read.</summary>
    public int? Users { get; init; }

    public int? SuperAdmins { get; init; }

    /// <summary>Rules that passed or failed.</summary>
    [JsonIgnore]
    public int Evaluated => Results.Count(result => result.Outcome != RuleOutcome.NotEvaluable);

    [JsonIgnore]
    public int Passed => Results.Count(result => result.Outcome == RuleOutcome.Pass);
}

/// <summary>What the rules came to at one portal, for a line in a list.</summary>
/// <param name="At">When they were asked.</param>
/// <param name="Passed">Rules that passed.</param>
/// <param name="Evaluated">Rules that passed or failed.</param>
/// <param name="Rules">All rules.</param>
/// <param name="Calls">What reading all that they need cost. Two runs that end at once may count as one.</param>
public sealed record PostureScore(DateTimeOffset At, int Passed, int Evaluated, int Rules, CallTally? Calls = null)
{
    /// <summary>What the report holds of credentials and people, in figures; null: they were not counted then.</summary>
    public AccessFigures? Access { get; init; }

    /// <summary>
    /// The rules that failed with something of Medium or worse, the worst first. It is for a list of the worst, and one row holds it with all else.
    /// </summary>
    public IReadOnlyList<RuleFailure> Failures { get; init => field = value ?? []; } = [];

    public static PostureScore Of(PostureReport report, CallTally? calls)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(report.At, report.Passed, report.Evaluated, report.Results.Count, calls)
        {
            Access = AccessFigures.Of(report),
            Failures =
            [
                .. report.Results
                    .Where(result => result.Findings.Any(finding => finding.Severity >= Severity.Medium))
                    .Select(result => new RuleFailure(result.Rule, result.Findings.Max(finding => finding.Severity), result.Findings.Count))
                    .OrderByDescending(failure => failure.Severity)
                    .ThenByDescending(failure => failure.Findings)
                    .ThenBy(failure => failure.Rule, StringComparer.Ordinal),
            ],
        };
    }
}

/// <summary>A rule that failed, for a line in a list.</summary>
/// <param name="Rule">The rule's stable id.</param>
/// <param name="Severity">Of its worst finding.</param>
/// <param name="Findings">How many it has. More than 100 are not kept: with 100 it has at least so many.</param>
public sealed record RuleFailure(string Rule, Severity Severity, int Findings);

/// <summary>
/// What is known of one portal's credentials and people, in figures. Null: a rule that counts them
/// could not be judged, or their source not be read. Of one rule at most 100 findings are counted.
/// </summary>
/// <param name="Credentials">Not known to have ended.</param>
/// <param name="Due">Of those whose age is known: whose secret is at nine tenths of its age limit, or past it.</param>
/// <param name="Unowned">Whose person has left, or that nobody registered.</param>
/// <param name="OverPrivileged">Of those whose scopes are known: that may do more than they need.</param>
/// <param name="SuperAdmins">Users who may do everything.</param>
public sealed record AccessFigures(int Credentials, int? Due, int? Unowned, int? OverPrivileged, int? SuperAdmins)
{
    public static AccessFigures Of(PostureReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(
            report.Credentials.Count(one => one.Status == CredentialStatus.Active),
            Count(report, Severity.Medium, RuleIds.KeyTooOld),
            Count(report, Severity.Info, RuleIds.CredentialOrphaned, RuleIds.CredentialUnregistered),
            Count(report, Severity.Info, RuleIds.TokenOverPrivileged),
            report.SuperAdmins);
    }

    // Where one of the rules could not be judged, nothing found does not mean that nothing is there.
    private static int? Count(PostureReport report, Severity from, params IReadOnlyList<string> rules)
    {
        var judged = report.Results.Where(result => result.Outcome != RuleOutcome.NotEvaluable && rules.Contains(result.Rule)).ToList();
        return judged.Count < rules.Count
            ? null
            : judged.SelectMany(result => result.Findings).Where(finding => finding.Severity >= from).DistinctBy(finding => finding.Subject).Count();
    }
}
