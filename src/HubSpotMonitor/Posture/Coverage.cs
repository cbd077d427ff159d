using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>What keeps rules from being judged at an account: one that cannot be is no pass.</summary>
public static class Coverage
{
    /// <returns>What would let more of them be judged, the largest gain first.</returns>
    public static IReadOnlyList<CoverageGap> GapsOf(IReadOnlyList<RuleResult> results, IReadOnlyList<SourceState> sources)
    {
        ArgumentNullException.ThrowIfNull(results);
        var gaps = results.Where(result => result.Outcome == RuleOutcome.NotEvaluable)
            .SelectMany(result => MissingOf(result, sources).Select(source => (Result: result, Source: source)))
            .GroupBy(one => (one.Source, Says: Says(one.Source, one.Result, sources)))
            .Select(group => new CoverageGap(
                group.Key.Source,
                group.Key.Says,
                [.. group.Select(one => one.Result.Rule).Order(StringComparer.Ordinal)]));
        return [.. gaps.OrderByDescending(gap => gap.Rules.Count).ThenBy(gap => gap.Says, StringComparer.Ordinal)];
    }

    private static IEnumerable<AccessSource?> MissingOf(RuleResult result, IReadOnlyList<SourceState> sources)
    {
        var needs = RuleCatalog.Sheets.FirstOrDefault(sheet => sheet.Id == result.Rule)?.Needs ?? [];
        var missing = needs.Where(source => Latest(source, sources) is not { Access: SourceAccess.Read })
            .Select(source => (AccessSource?)source)
            .ToList();
        return missing.Count == 0 ? [null] : missing;
    }

    private static string Says(AccessSource? source, RuleResult result, IReadOnlyList<SourceState> sources) => source is { } missing
        ? Latest(missing, sources)?.Says ?? $"{SourceWords.Name(missing)}: {SourceWords.Grant(missing)}"
        : result.Because;

    private static SourceState? Latest(AccessSource source, IReadOnlyList<SourceState> sources) =>
        sources.Where(state => state.Source == source).MaxBy(state => state.At);
}
