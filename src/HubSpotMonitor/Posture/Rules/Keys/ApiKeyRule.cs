using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>The API key of old may do everything and names nobody.</summary>
internal sealed class ApiKeyRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "api-key-activity",
        Title = "Account-wide API key (hapikey) made or looked at",
        Severity = Severity.Critical,
        Section = 2,
        Needs = [AccessSource.SecurityActivity],
        Sees = "HubSpot's security activity of the last day has a HAPIKEY_CREATE or HAPIKEY_VIEW that no HAPIKEY_DEACTIVATE followed: Critical.",
        Why = "The account-wide key had every scope, one value for all systems and no owner. HubSpot stopped accepting it for data in 2022; that it is touched means old code still holds it, or somebody tries what works.",
        Steps =
        [
            "Deactivate the API key in HubSpot: nothing supported needs it.",
            "Ask the person named in the evidence which system wanted it.",
            "Give that system a service key with only the scopes that it needs.",
        ],
        BeSure = "HubSpot's own event is certain. Search your code and settings for hapikey= to find who still uses it.",
        FalseAlarms = "A developer account, whose developer API key may still be in use.",
        Good = "Nobody touched an account-wide API key.",
        Maps = "NHI4",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var ended = evidence.After.Credentials.GetValueOrDefault(Credential.IdOf(CredentialKind.ApiKey, null))?.Ended?.At;
        var touched = evidence
            .Today(type => ActivityTypes.MeaningOf(type) is (CredentialKind.ApiKey, CredentialAct.Created or CredentialAct.Revealed))
            .Where(item => !(ended > item.At));
        return touched.By(_ => "hapikey").Select(group => Sheet.Finding(group.Subject, Severity.Critical, "The account-wide API key is alive",
            $"{group.People} touched the account-wide API key{group.From}: {group.Types}. It has every scope and no owner.",
            group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
        });
    }
}
