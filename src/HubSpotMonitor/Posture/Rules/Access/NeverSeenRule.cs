using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class NeverSeenRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "credential-never-seen",
        Title = "Registered credential that was never seen",
        Severity = Severity.Low,
        Section = 1,
        Needs = [AccessSource.SecurityActivity, AccessSource.Registry],
        Helps = [AccessSource.SmtpTokens, AccessSource.Webhooks],
        Sees = "The access registry names a credential that no event, no list and no webhook of HubSpot's does, although it was made after HubSpot's history begins or its day is not given: Low.",
        Why = "Either the number in the registry is wrong, and the real credential is watched by nobody, or the credential is gone, and the registry is out of date.",
        Steps =
        [
            "Look the credential up in HubSpot: does it exist, and with which number?",
            "Correct objectId and created in the registry, or take the entry out.",
            "Restart the monitor, which reads the registry at its start.",
        ],
        BeSure =
            "HubSpot has no list of keys; a key that nobody touched since the history begins leaves no event. Give 'created' and it is left alone.",
        FalseAlarms = "An old key without 'created' in the registry.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "Every registered credential was seen, or is older than HubSpot's history.",
        Maps = "NHI1",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, evidence.Inventory
        .Where(one => one.Status == CredentialStatus.NeverSeen && !(one.CreatedAt < (evidence.After.SecuritySince ?? evidence.Now)))
        .Select(one => Sheet.Finding(one.Id, Severity.Low, $"{one.Name} was never seen",
            $"The registry names {one.Name} ({Credential.NameOf(one.Kind, one.ObjectId)}, owned by {one.Owner}); HubSpot's history since {evidence.After.SecuritySince?.UtcDateTime.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture) ?? "today"} does not.",
            Inventory.KnownSince(one, evidence))));
}
