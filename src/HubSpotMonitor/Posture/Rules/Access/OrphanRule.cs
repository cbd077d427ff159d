using HubSpotMonitor.Posture.Rules.People;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Access;

internal sealed class OrphanRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = RuleIds.CredentialOrphaned,
        Title = "Credential or app whose person has left",
        Severity = Severity.High,
        Section = 4,
        Needs = [AccessSource.SecurityActivity, AccessSource.Users],
        Helps = [AccessSource.Registry, AccessSource.OwnToken],
        Sees = "Who answers for a credential or app (the registry's owner; without one who made or installed it) is not among the account's users any more, or was deactivated: High.",
        Why = "HubSpot lets an app go on reading after the person who installed it was removed; that is meant so. What nobody answers for nobody switches off, and the person who left may still hold a copy.",
        Steps =
        [
            "Find out who took over that person's work, and whether the credential is still needed.",
            "If not: deactivate it or uninstall the app.",
            "If so: rotate it, since the person who left may have a copy, and register its new owner.",
        ],
        BeSure = "HubSpot's list of users is certain; it does not mark users who are deactivated, and the event that tells it is looked for. Who was let in, logged in or made the credential after it was read counts as here. Who made it is looked for by HubSpot's number and by address; an owner in the registry must be the mail address of a user of the account.",
        FalseAlarms =
            "A team's mailbox as owner, an owner in the registry whose address has changed since and who did not make it. Somebody who was deactivated before HubSpot's security history begins, or by an event that does not name them, still counts as here.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "Whoever answers for a credential is still a user of the account, and not deactivated as far as events tell.",
        Maps = "NHI1",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        // SMTP tokens have a rule of their own.
        foreach (var one in evidence.Inventory.Where(one => one.Status == CredentialStatus.Active && one.Kind != CredentialKind.SmtpToken))
        {
            if ((one.Owner ?? one.CreatedBy) is not { } person || Staff.LeaveOf(evidence, person, one) is not { } leave) continue;
            yield return Sheet.Finding(one.Id, Severity.High, $"{one.Name} belongs to somebody who left",
                $"{person} {(one.Owner is null ? one.Kind == CredentialKind.OAuthGrant ? "installed" : "made" : "answers for")} {one.Name} and {leave.How}.",
                leave.At ?? evidence.Now, [.. one.History.TakeLast(3).Select(item => item.Evidence)]);
        }
    }
}
