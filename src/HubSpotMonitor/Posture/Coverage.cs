using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>What would make more rules speak.</summary>
/// <param name="Source">The source that is missing; null: nothing can be done but wait, or it is for one rule only.</param>
/// <param name="Says">What to grant or set up.</param>
/// <param name="Rules">Ids of the rules that wait for it.</param>
public sealed record CoverageGap(AccessSource? Source, string Says, IReadOnlyList<string> Rules);

/// <summary>How much of the rules can be judged at an account: a rule that cannot be is no pass.</summary>
/// <param name="Evaluated">Rules that passed or failed.</param>
/// <param name="All">All rules.</param>
/// <param name="Gaps">What would raise it, the largest gain first.</param>
public sealed record Coverage(int Evaluated, int All, IReadOnlyList<CoverageGap> Gaps)
{
    public double Share => All == 0 ? 0 : (double)Evaluated / All;

    public static Coverage Of(IReadOnlyList<RuleResult> results, IReadOnlyList<SourceState> sources)
    {
        ArgumentNullException.ThrowIfNull(results);
        var silent = results.Where(result => result.Outcome == RuleOutcome.NotEvaluable).ToList();
        var gaps = silent.SelectMany(result => MissingOf(result, sources).Select(source => (Result: result, Source: source)))
            .GroupBy(one => (one.Source, Says: Says(one.Source, one.Result, sources)))
            .Select(group => new CoverageGap(group.Key.Source, group.Key.Says, [.. group.Select(one => one.Result.Rule).Order(StringComparer.Ordinal)]));
        return new(results.Count - silent.Count, results.Count, [.. gaps.OrderByDescending(gap => gap.Rules.Count).ThenBy(gap => gap.Says, StringComparer.Ordinal)]);
    }

    private static IEnumerable<AccessSource?> MissingOf(RuleResult result, IReadOnlyList<SourceState> sources)
    {
        var needs = RuleCatalog.Sheets.FirstOrDefault(sheet => sheet.Id == result.Rule)?.Needs ?? [];
        var missing = needs.Where(source => Latest(source, sources) is not { Access: SourceAccess.Read }).Select(source => (AccessSource?)source).ToList();
        return missing.Count == 0 ? [null] : missing;
    }

    private static string Says(AccessSource? source, RuleResult result, IReadOnlyList<SourceState> sources) => source is { } missing
        ? Latest(missing, sources)?.Says ?? $"{SourceWords.Name(missing)}: {SourceWords.Grant(missing)}"
        : result.Because;

    private static SourceState? Latest(AccessSource source, IReadOnlyList<SourceState> sources) => sources.Where(state => state.Source == source).MaxBy(state => state.At);
}
