using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class StaticTokenRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "static-token-for-many",
        Title = "Static token where OAuth fits",
        Severity = Severity.Medium,
        Section = 4,
        Needs = [AccessSource.Registry],
        Sees = "The registry says that a credential serves several accounts or a vendor (multiAccount: true), and it is a static token: Medium.",
        Why = "A static token at a vendor cannot be taken back from here without a call, lives until somebody rotates it, and leaks with the vendor. An OAuth app gets tokens of half an hour, asks for scopes, and is uninstalled with a click.",
        Steps =
        [
            "Ask the vendor for their OAuth app, or build one with the same scopes.",
            "Connect it, and check that it works.",
            "Deactivate the static token, and take it out of the registry.",
        ],
        BeSure = "The registry says it; ask its owner if that is still true.",
        FalseAlarms = "An entry that was copied with multiAccount: true by mistake.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "No static token is registered for several accounts or a vendor.",
        Maps = "NHI4",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var entry in evidence.Registry?.Credentials.Where(entry => entry.MultiAccount && Credential.IsStatic(entry.Kind)) ?? [])
        {
            var credential = evidence.Inventory.FirstOrDefault(one => one.RegisteredAs == entry.Id);
            if (credential is null or { Status: CredentialStatus.Ended }) continue;
            yield return Sheet.Finding(credential.Id, Severity.Medium, $"{credential.Name} should be an OAuth app",
                $"{credential.Name}, owned by {entry.Owner}, is a static token that several accounts or a vendor use.",
                Inventory.KnownSince(credential, evidence));
        }
    }
}
