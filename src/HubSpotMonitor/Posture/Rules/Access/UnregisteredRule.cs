using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class UnregisteredRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = RuleIds.CredentialUnregistered,
        Title = "Credential that nobody registered",
        Severity = Severity.Medium,
        Section = 1,
        Needs = [AccessSource.SecurityActivity, AccessSource.Registry],
        Helps = [AccessSource.SmtpTokens, AccessSource.Webhooks],
        Sees = "HubSpot's events or lists name a credential that the access registry does not, or webhooks an app that changed records: Medium. Apps on the registry's list of allowed apps and the monitor's own credential count as registered.",
        Why = "What nobody wrote down nobody rotates, narrows or switches off. Forgotten keys are what thieves live on.",
        Steps =
        [
            "Look into its history here: who made it, who looked at it last?",
            "Ask that person what it is for.",
            "Register it with owner, purpose and consumers, or deactivate it.",
        ],
        BeSure =
            "Compare HubSpot's number of it with those in the registry: a wrong number there makes two findings, this one and credential-never-seen.",
        FalseAlarms =
            "A registered credential without a number, or with a wrong one; one that was deactivated within eight days of a rotation, when its old secret ends too: register it with 'ended'.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "Every credential that was seen is registered.",
        Maps = "NHI1",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, evidence.Inventory
        .Where(one => one is { Status: CredentialStatus.Active, RegisteredAs: null, IsOwn: false } && !IsAllowedApp(evidence, one))
        .Select(one => Sheet.Finding(one.Id, Severity.Medium, $"{one.Name} is not registered",
            $"{one.Name} {SeenIn(one)}, and the access registry does not name it.",
            Inventory.KnownSince(one, evidence), [.. one.History.TakeLast(3).Select(item => item.Evidence)])));

    private static string SeenIn(Credential one) => one switch
    {
        { CreatedBy: { } maker } => $"was made by {maker}",
        { History.Count: > 0 } => "was seen in HubSpot's events",
        { LastWroteAt: not null } => "changed records, as webhooks tell",
        _ => "was seen in HubSpot's lists",
    };

    private static bool IsAllowedApp(PostureEvidence evidence, Credential one) =>
        one is { Kind: CredentialKind.OAuthGrant or CredentialKind.Unknown, ObjectId: { } number }
            && evidence.Registry?.AllowedApps?.Contains(number) == true;
}
