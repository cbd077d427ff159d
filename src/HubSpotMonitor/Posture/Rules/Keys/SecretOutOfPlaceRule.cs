using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class SecretOutOfPlaceRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "secret-out-of-place",
        Title = "Secret where none belongs",
        Severity = Severity.Critical,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Webhooks, AccessSource.Registry],
        Sees = "A HubSpot secret stands in something that passes through the monitor, such as a webhook's body or the access registry: Critical, shown and kept as a fingerprint only. (One in a setting of the monitor's own where none belongs stops its start.) Somebody added a secret to a serverless function in HubSpot: Medium. A token, service key or personal access key was deactivated and nobody is named who did it: Critical, since HubSpot deactivates by itself what it finds in public repositories (not a week after a rotation, when the old secret ends).",
        Why = "A secret in a text is read by everybody who reads the text, is copied into backups and logs, and outlives the file.",
        Steps =
        [
            "Rotate the secret that the fingerprint names, with \"expire now\": it must be taken for known.",
            "Take it out of the place named here, and out of its history.",
            "Put it where secrets belong, such as a key vault, and let the system read it from there.",
        ],
        BeSure = "Compare the last four letters of the fingerprint with the keys in HubSpot; the pattern has no other use than HubSpot's keys.",
        FalseAlarms = "An example in a document that was never a real key; a secret in a function that is meant to be there and that few can read.",
        Good = "No secret was seen where none belongs.",
        Maps = "NHI2",
    };

    // What the monitor itself saw needs no source of HubSpot's.
    public RuleResult Evaluate(PostureEvidence evidence) => evidence.Secrets.Count > 0
        ? (Sheet with { Needs = [] }).Judge(evidence, Seen(evidence).Concat(InFunctions(evidence)).Concat(Leaked(evidence)))
        : Sheet.Judge(evidence, InFunctions(evidence).Concat(Leaked(evidence)));

    private IEnumerable<Finding> Seen(PostureEvidence evidence) => evidence.Secrets
        .GroupBy(secret => (secret.Where, secret.Fingerprint))
        .Select(same => Sheet.Finding($"{same.Key.Fingerprint} in {same.Key.Where}", Severity.Critical, $"A secret stands in {same.Key.Where}",
            $"{same.Key.Fingerprint} stands in {same.Key.Where}, where everybody who reads it can take it.", same.Min(secret => secret.At),
            [.. same.Select(secret => secret.Evidence).OfType<string>()]));

    // developers.hubspot.com, changelog "Automatic deactivation of exposed tokens".
    private IEnumerable<Finding> Leaked(PostureEvidence evidence) => evidence.Today(IsDeactivation).Where(item => Who.Key(item) is null && !IsOldSecretsEnd(item, evidence)).ByObject()
        .Select(group => Sheet.Finding(group.Subject, Severity.Critical, $"{evidence.CredentialOf(group.Last)?.Name ?? "A token"} was deactivated by HubSpot: it was probably found in public",
            $"{group.Types}, and nobody is named who did it. HubSpot deactivates tokens that it finds in public repositories; whoever found it before had what its scopes allow.", group.First.At, group.Evidence));

    // "Expire later" ends the old secret seven days after a rotation; who is named then is not documented.
    private static bool IsOldSecretsEnd(ActivityEvent item, PostureEvidence evidence) =>
        evidence.CredentialOf(item)?.RotatedAt is { } rotated && item.At - rotated >= TimeSpan.FromDays(6) && item.At - rotated <= TimeSpan.FromDays(8);

    private static bool IsDeactivation(string type) => ActivityTypes.MeaningOf(type) is (CredentialKind.LegacyPrivateApp or CredentialKind.ServiceKey or CredentialKind.PersonalAccessKey, CredentialAct.Ended);

    private IEnumerable<Finding> InFunctions(PostureEvidence evidence) => evidence.Today(type => type == ActivityTypes.SecretInFunction).ByObject()
        .Select(group => Sheet.Finding(group.Subject, Severity.Medium, "A secret was added to a serverless function",
            $"{group.People} added a secret to a serverless function{group.From}; whoever may edit it may use the secret.", group.First.At, group.Evidence));
}
