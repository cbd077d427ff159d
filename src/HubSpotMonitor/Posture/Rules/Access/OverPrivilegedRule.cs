using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class OverPrivilegedRule : IPostureRule
{
    /// <summary>What the monitor itself asks for, with all its sources on. Nothing that writes.</summary>
    private static readonly string[] OwnNeeds = ["oauth", "account-info.security.read", "settings.users.read", "crm.objects.users.read", "transactional-email"];

    public RuleSheet Sheet { get; } = new()
    {
        Id = "token-over-privileged",
        Title = "Token holds more than it needs",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.OwnToken],
        Helps = [AccessSource.Registry],
        Sees = "A credential whose scopes are known holds some that the registry does not name as needed: High when one of them writes, exports or reaches sensitive data, else Medium. The monitor's own credential is compared with what the monitor needs.",
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
        Good = "Every credential whose scopes are known holds no more than it needs.",
        Maps = "NHI5",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var key in evidence.Inventory.Where(one => one is { Status: CredentialStatus.Active, Scopes: not null }))
        {
            if ((key.NeededScopes ?? (key.IsOwn ? OwnNeeds : null)) is not { } needed) continue;
            var compared = LeastPrivilege.Compare(key.Scopes!, needed);
            if (compared.Surplus.Count == 0) continue;
            var broad = compared.Coarse.Concat(compared.HighlySensitive).Distinct().ToList();
            var note = broad.Count == 0 ? "" : $" Of what it holds, {string.Join(", ", broad)} {(broad.Count == 1 ? "is" : "are")} coarse or highly sensitive.";
            yield return Sheet.Finding(key.Id, compared.Risky.Count > 0 ? Severity.High : Severity.Medium,
                $"{(key.IsOwn ? "The monitor's own key" : key.Name)} holds {compared.Surplus.Count} {(compared.Surplus.Count == 1 ? "scope" : "scopes")} that it does not need",
                compared.Says + note, key.CreatedAt ?? evidence.Now) with
            {
                Expected = string.Join(", ", compared.Smaller),
                Seen = string.Join(", ", key.Scopes!.Order(StringComparer.Ordinal)),
            };
        }
    }
}
