using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class ScopeWidenedRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "scope-widened",
        Title = "Scopes of a key changed",
        Severity = Severity.Critical,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.OwnToken],
        Sees = "Somebody changed the scopes of a private app or service key within the last day: High. Critical when the key is known to hold a scope for export, import, users, billing or highly sensitive data. HubSpot's event does not say which scopes, so that narrowing looks the same.",
        Why = "A wider key is worth more to whoever has a copy of it. Scopes are also widened by somebody who wants to read what they may not.",
        Steps =
        [
            "Open the key in HubSpot and look at its scopes: which are new, and who asked for them?",
            "Take away what its system does not need.",
            "Write what it needs into the access registry, so that the next change is compared with it.",
        ],
        BeSure = "HubSpot's own event is certain; only whether it became wider or narrower has to be looked up.",
        FalseAlarms = "A change that somebody announced, or a narrowing after a finding of token-over-privileged.",
        Good = "No key's scopes were changed.",
        Maps = "NHI5",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var group in evidence.Today(type => ActivityTypes.ActOf(type) == CredentialAct.ScopesChanged).ByObject())
        {
            var key = evidence.CredentialOf(group.Last);
            var grave = (key?.Scopes ?? []).Where(Scopes.IsGrave).Order(StringComparer.Ordinal).ToList();
            var name = key?.Name ?? Credential.NameOf(ActivityTypes.MeaningOf(group.Last.Type).Kind, group.Last.ObjectId);
            var holds = grave.Count == 0 ? "HubSpot does not tell which." : $"It now holds {string.Join(", ", grave)}.";
            yield return Sheet.Finding(group.Subject, grave.Count == 0 ? Severity.High : Severity.Critical, $"Scopes of {name} changed",
                $"{group.People} changed the scopes of {name}{group.From}. {holds}", group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            };
        }
    }
}
