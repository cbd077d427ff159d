using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

[JsonConverter(typeof(JsonStringEnumConverter<RuleOutcome>))]
public enum RuleOutcome
{
    Pass,
    Fail,

    /// <summary>Something that the rule needs is missing: neither good nor bad, and said aloud.</summary>
    NotEvaluable,
}

/// <summary>What one rule says of one portal.</summary>
/// <param name="Rule">The rule's stable id.</param>
/// <param name="Outcome">Pass, fail or not evaluable.</param>
/// <param name="Because">One sentence: why, and for what is not evaluable what would make it so.</param>
/// <param name="Findings">What is wrong, one for each subject; empty unless it failed.</param>
public sealed record RuleResult(string Rule, RuleOutcome Outcome, string Because, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// More findings of one rule than this help nobody; the worst are kept, and of
    /// equals the newest: what has stood for long must not hide what began today.
    /// </summary>
    public const int MostFindings = 100;

    /// <summary>
    /// Subjects that are not told and yet not over: what else is wrong, but less so than the findings, and what cannot be told now; not stored.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> Untold { get; init => field = value ?? []; } = [];
}
