using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>A reminder that names the key, who answers for it and what breaks: the mails that do not are the ones nobody acts on.</summary>
internal sealed class KeyAgeRule : IPostureRule
{
    /// <summary>Of the limit: time to plan, time to act, overdue.</summary>
    private const double PlanAt = 0.75;
    private const double ActAt = 0.90;

    public RuleSheet Sheet { get; } = new()
    {
        Id = RuleIds.KeyTooOld,
        Title = "Key older than its limit",
        Severity = Severity.High,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Registry, AccessSource.SmtpTokens],
        Sees = "A static credential's secret reaches 75 % (Low), 90 % (Medium) or 100 % (High) of its age limit, counted since it was made or last rotated. A key that HubSpot's events name, and of which neither is told, is at least as old as their history. The limit is the registry's, else Posture:KeyAgeLimit; without a registered limit Posture:KeyAgeWarn already gives a Low. OAuth grants have no age: their tokens live for half an hour.",
        Why = "The longer a secret lives the more copies of it exist: in laptops that were sold, in logs, with people who left. Rotation makes all of them worthless.",
        Steps =
        [
            "Ask the owner and whoever runs the consumers named here for a time at which the key may change.",
            "Rotate it in HubSpot with \"expire later\" (the old one lives for seven days), and give the new secret to every consumer.",
            "When each of them works with the new one, expire the old one at once.",
        ],
        BeSure = "The date is from HubSpot's events where there are any, else from the registry: compare it with what HubSpot shows at the key. Where it says \"at least\", only that the key is older than the history is known.",
        FalseAlarms =
            "A rotation that HubSpot's history no longer holds, or a making that it does not tell: write its day into the registry. A key that was deactivated within eight days of a rotation, when its old secret ends too: give it 'ended' in the registry.",
        Settings = [nameof(PostureOptions.KeyAgeWarn), nameof(PostureOptions.KeyAgeLimit), nameof(PostureOptions.RegistryFile)],
        Good = "No key has reached three quarters of its age limit.",
        Maps = "NHI7",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var keys = evidence.Inventory.Where(key => key.NeedsRotation).ToList();
        var findings = keys.Select(key => Judge(evidence, key)).OfType<Finding>().ToList();
        var unknown = keys.Where(key => key.SecretSince is null).Select(key => key.Id).Except(findings.Select(finding => finding.Subject)).Count();
        if (evidence.Missing(AccessSource.SecurityActivity) is null && unknown > 0 && unknown == keys.Count)
            return Sheet.NotEvaluable("No key's age is known: write 'created' or 'rotated' of each into the access registry.");
        var result = Sheet.Judge(evidence, findings);
        return unknown == 0 || result.Outcome == RuleOutcome.NotEvaluable ? result : result with { Because = Besides(result, unknown, keys.Count) };
    }

    // What is not known has not passed.
    private static string Besides(RuleResult result, int unknown, int keys) =>
        $"{(result.Outcome == RuleOutcome.Pass ? "No key whose age is known has reached three quarters of its age limit." : result.Because)} Of {unknown} of {keys} keys the age is not known: write 'created' or 'rotated' of each into the access registry.";

    // What the history names and does not make was there before it: so old it is at least.
    private static DateTimeOffset? BeginOfHistory(PostureEvidence evidence, Credential key) =>
        evidence.HasSecurityHistory && key.History.Count > 0 ? evidence.After.SecuritySince : null;

    private Finding? Judge(PostureEvidence evidence, Credential key)
    {
        if ((key.SecretSince ?? BeginOfHistory(evidence, key)) is not { } since) return null;
        var limit = key.AgeLimit ?? evidence.Options.KeyAgeLimit;
        var age = evidence.Now - since;
        Severity? severity = (age / limit) switch
        {
            >= 1 => Severity.High,
            >= ActAt => Severity.Medium,
            >= PlanAt => Severity.Low,
            _ when key.AgeLimit is null && age >= evidence.Options.KeyAgeWarn => Severity.Low,
            _ => null,
        };
        if (severity is not { } level) return null;
        var due = since + limit;
        var consumers = key.Consumers.Count == 0 ? "Nobody wrote down what uses it." : $"It is used by {string.Join(", ", key.Consumers)}.";
        var isDated = key.SecretSince is not null;
        var (least, by) = isDated ? ("", "on") : ("at least ", "by");
        var why = isDated ? "" : $": it was made before the monitor's history of HubSpot's activity begins, on {Day(since)}";
        var when = due <= evidence.Now ? $"was due {by} {Day(due)}" : $"is due {by} {Day(due)}";
        return Sheet.Finding(key.Id, level, $"{key.Name}: rotation {when}",
            $"The secret of {key.Name} is {least}{age.Days} days old, {Words.Percent(age / limit)} of its limit of {limit.Days} days{why}. Owner: {key.Owner ?? "nobody"}. {consumers}",
            since, [.. key.History.TakeLast(1).Select(item => item.Evidence)]) with
        {
            Expected = $"rotated within {limit.Days} days",
            Seen = $"{least}{age.Days} days old",
        };
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
