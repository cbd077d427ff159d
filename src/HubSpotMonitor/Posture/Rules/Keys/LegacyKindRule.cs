using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class LegacyKindRule : IPostureRule
{
    /// <summary>
    /// From this month on HubSpot's versions 1 to 4 of its paths are unsupported, by its changelog in two steps until September 2027.
    /// </summary>
    private static readonly DateTimeOffset Sunset = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public RuleSheet Sheet { get; } = new()
    {
        Id = "legacy-credential",
        Title = "Credential of a kind that is going away",
        Severity = Severity.High,
        Section = 2,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Registry, AccessSource.OwnToken],
        Sees = "A legacy private app or the account-wide API key is in use: Medium, from March 2027 on High.",
        Why = "HubSpot ends support for what these rest on during 2027, and old integrations then fail quietly. Newer kinds have narrower scopes, schedules for rotation and better logs.",
        Steps =
        [
            "Ask the owner which system uses it, and which scopes that system really needs.",
            "Make a service key, or a project app where webhooks are needed, with just these scopes.",
            "Move the system over, then deactivate the old one.",
        ],
        BeSure =
            "Private app and project app bear the same names in HubSpot's events: if it is a project app, write kind: project-app into the registry.",
        FalseAlarms =
            "A project app's token that is not registered as such; one that was deactivated within eight days of a rotation, when its old secret ends too: give it 'ended' in the registry.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "No credential of a kind that is going away is known.",
        Maps = "NHI4",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, evidence.Inventory
        .Where(one => one is { Status: CredentialStatus.Active, Kind: CredentialKind.LegacyPrivateApp or CredentialKind.ApiKey })
        .Select(one => Sheet.Finding(one.Id, evidence.Now >= Sunset ? Severity.High : Severity.Medium, $"{one.Name} is of a kind that is going away",
            $"{one.Name} is {(one.Kind == CredentialKind.ApiKey ? "the account-wide API key" : "a legacy private app")}{(one.Owner is { } owner ? $", owned by {owner}" : "")}. HubSpot ends support for what it rests on during 2027.",
            Inventory.KnownSince(one, evidence), [.. one.History.TakeLast(1).Select(item => item.Evidence)])));
}
