using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class OverPrivilegedRule : IPostureRule
{
    /// <summary>What the monitor itself asks for, with all its sources on. Nothing that writes.</summary>
    private static readonly string[] OwnNeeds = ["oauth", "account-info.security.read", "settings.users.read", "transactional-email"];

    public RuleSheet Sheet { get; } = new()
    {
        Id = RuleIds.TokenOverPrivileged,
        Title = "Token holds more than it needs",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.OwnToken],
        Helps = [AccessSource.Registry, AccessSource.Webhooks],
        Sees = "A credential whose scopes are known holds some that the registry does not name as needed: High when one of them writes, exports or reaches sensitive data, else Medium. HubSpot's API tells the scopes of the monitor's own credential only. Without a registered need that is compared with what the monitor needs; while webhooks are on, scopes that read records and their properties belong to it, since an app's subscriptions need them; not those of sensitive data, nor any of a service key, which has no webhooks.",
        Why = "Every scope that is not needed is only there for a thief.",
        Steps =
        [
            "Take the smaller set from this finding and ask the owner whether anything is missing in it.",
            "Remove the other scopes at the key in HubSpot.",
            "Watch the integration for a day; a missing scope answers 403 and names itself.",
        ],
        BeSure = "The granted scopes are HubSpot's own answer; the needed ones are what the registry says.",
        FalseAlarms = "A registry entry that forgets a scope that is used once a month.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "The monitor's own credential holds no more than it needs. HubSpot's API does not tell the scopes of any other.",
        Maps = "NHI5",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var active = evidence.Inventory.Where(one => one.Status == CredentialStatus.Active).ToList();
        var own = active.Find(one => one.Scopes is not null);
        if (own is null && evidence.Missing(AccessSource.OwnToken) is null)
            return Sheet.NotEvaluable("No credential that is alive has scopes that are known: HubSpot's API tells those of the monitor's own only.");
        var result = Sheet.Judge(evidence, own is not null && Find(evidence, own) is { } finding ? [finding] : []);
        // Of the others it is not said that they passed.
        return result.Outcome == RuleOutcome.Pass && active.Count > 1
            ? result with
            {
                Because = $"1 of {active.Count} credentials has scopes that are known (the monitor's own), and it holds no more than it needs; HubSpot's API does not tell the scopes of the others.",
            }
            : result;
    }

    private static IReadOnlyList<string> NeedsOf(PostureEvidence evidence, Credential own)
    {
        if (own.NeededScopes is { } registered) return registered;
        // A service key has no webhooks.
        var isSubscribed = evidence.CanRead(AccessSource.Webhooks) && own.Kind != CredentialKind.ServiceKey;
        return isSubscribed ? [.. OwnNeeds, .. own.Scopes!.Where(IsOfSubscriptions)] : OwnNeeds;
    }

    // An app must be let read what its subscriptions tell of; nobody needs what the law protects to learn that a record changed.
    private static bool IsOfSubscriptions(string scope) =>
        (scope.StartsWith("crm.objects.", StringComparison.Ordinal) || scope.StartsWith("crm.schemas.", StringComparison.Ordinal))
        && scope.EndsWith(".read", StringComparison.Ordinal)
        && !scope.Contains("sensitive", StringComparison.Ordinal);

    private Finding? Find(PostureEvidence evidence, Credential own)
    {
        var compared = LeastPrivilege.Compare(own.Scopes!, NeedsOf(evidence, own));
        if (compared.Surplus.Count == 0) return null;
        var broad = compared.Coarse.Concat(compared.HighlySensitive).Distinct().ToList();
        var note = broad.Count == 0
            ? ""
            : $" Of what it holds, {string.Join(", ", broad)} {(broad.Count == 1 ? "is" : "are")} coarse or highly sensitive.";
        return Sheet.Finding(own.Id, compared.Risky.Count > 0 ? Severity.High : Severity.Medium,
            $"The monitor's own key holds {compared.Surplus.Count} {(compared.Surplus.Count == 1 ? "scope" : "scopes")} that it does not need",
            compared.Says + note, own.CreatedAt ?? evidence.Now) with
        {
            Expected = string.Join(", ", compared.Smaller),
            Seen = string.Join(", ", own.Scopes!.Order(StringComparer.Ordinal)),
        };
    }
}
