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
public sealed record PostureScore(DateTimeOffset At, int Passed, int Evaluated, int Rules, CallTally? Calls = null);
