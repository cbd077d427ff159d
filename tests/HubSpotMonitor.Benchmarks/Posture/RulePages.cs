using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Posture;

/// <summary>The pages under <c>docs/rules</c>, written from the sheets so that they cannot drift from the rules.</summary>
internal static class RulePages
{
    /// <summary>File names and contents.</summary>
    public static IReadOnlyDictionary<string, string> All() =>
        RuleCatalog.Sheets
            .ToDictionary(sheet => $"{sheet.Id}.md", Page, StringComparer.Ordinal)
            .Append(new("README.md", Table()))
            .ToDictionary(StringComparer.Ordinal);

    private static string Page(RuleSheet sheet) => Lines(
        $"# {sheet.Title}", "",
        $"`{sheet.Id}` · up to {sheet.Severity} · section {sheet.Section} {RuleSheet.Sections[sheet.Section - 1]} of the guide{(sheet.Maps is { } maps ? $" · {maps}" : "")}", "",
        $"**What it sees.** {sheet.Sees}", "",
        $"**Why it matters.** {sheet.Why}", "",
        "## First three steps", "",
        Lines([.. sheet.Steps.Select((step, index) => $"{index + 1}. {step}")]),
        "## How to be sure", "", sheet.BeSure, "",
        "## False alarms", "", sheet.FalseAlarms, "",
        "## What it needs", "",
        Lines(
        [
            .. sheet.Needs.Select(source => Need(source, IsDetector(sheet) ? "it says nothing" : "the rule is *not evaluable*")),
            .. sheet.Helps.Select(source => $"- Says more with: {Lower(SourceWords.Name(source))} (plan: {SourceWords.Plan(source)})."),
        ]),
        sheet.Settings.Count == 0
            ? "No settings."
            : $"Settings: {string.Join(", ", sheet.Settings.Select(name => $"`Posture__{name}`"))}, explained in `local.settings.sample.json`.",
        "",
        "---", "",
        "Written from the rule itself by `dotnet run --project tests/HubSpotMonitor.Benchmarks -- rules`.");

    private static string Need(AccessSource source, string missing) =>
        $"- {SourceWords.Name(source)} (plan: {SourceWords.Plan(source)}). Missing, {missing}; then {SourceWords.Grant(source)}";

    private static bool IsDetector(RuleSheet sheet) => DetectorSheets.All.Contains(sheet);

    private static string Table() => Lines(
        "# All rules", "",
        "A rule says of every account *pass*, *fail* or *not evaluable, because …*. Rules about an event fire for a day after it; rules about a state",
        "fire as long as it holds. Those marked *alerts only* watch counts as they come in: they raise alerts and say nothing else, and cannot be switched off.",
        "Sections are those of the guide \"Securing API Access in HubSpot\"; the plan is the least on which all that a rule needs exists.", "",
        "| rule | | up to | section | needs | plan |",
        "|---|---|---|---|---|---|",
        Lines([.. RuleCatalog.Sheets.Select(sheet =>
            $"| [{sheet.Id}]({sheet.Id}.md) | {sheet.Title}{(IsDetector(sheet) ? " (alerts only)" : "")} | {sheet.Severity} | {sheet.Section} | {string.Join(", ", sheet.Needs)} | {Plan(sheet)} |")]),
        "Not to be had from HubSpot's API, and therefore in no rule: whether 2FA or SSO is on *now*, a list of keys and connected apps with their last use,",
        "whether a user is deactivated *now* (a rule goes by the events that tell it), usage by app.", "",
        "Written by `dotnet run --project tests/HubSpotMonitor.Benchmarks -- rules`; a test fails when these pages and the rules differ.");

    private static string Lines(params ReadOnlySpan<string> lines) => string.Join('\n', lines) + "\n";

    private static string Lower(string name) => name.StartsWith("The ", StringComparison.Ordinal) ? $"t{name[1..]}" : name;

    private static string Plan(RuleSheet sheet) =>
        sheet.Needs.Select(SourceWords.Plan).Where(plan => plan != "any").Distinct().Order(StringComparer.Ordinal).FirstOrDefault() ?? "any";
}
