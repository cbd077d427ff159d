using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class OutsideAdminRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "admin-outside-domain",
        Title = "Super admin from outside the company",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.Users, AccessSource.Registry],
        Helps = [AccessSource.SecurityActivity],
        Sees = "A super admin's mail address is of a domain that the registry does not name among mailDomains: High. Left out is who was deactivated, as far as HubSpot's security activity tells.",
        Why = "A partner's, agency's or private mailbox is protected by somebody else's rules, and does not end when the work does.",
        Steps =
        [
            "Ask who works with this person, and whether the contract is still on.",
            "Give them a role with what they need instead of everything, or an address of your own.",
            "If nobody knows them: take the right away at once.",
        ],
        BeSure = "HubSpot's own list of users is certain; the list of domains is yours.",
        FalseAlarms =
            "A second domain of the company that is missing in the registry; somebody who was deactivated before HubSpot's security history begins, or by an event that does not name them.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "Every super admin who is not deactivated as far as events tell has an address of the company's own.",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        if (evidence.Registry is { MailDomains.Count: 0 })
            return Sheet.NotEvaluable("The registry names no mailDomains for this account: write the company's own ones there.");
        return Sheet.Judge(evidence, (evidence.Snapshot.Users ?? [])
            .Where(user => user is { SuperAdmin: true, Email: not null } && !IsOurs(evidence, user.Email!) && !Staff.IsDeactivated(evidence, user))
            .Select(user => Sheet.Finding(user.Email!, Severity.High, $"{user.Email} is a super admin from outside",
                $"{user.Email} may do everything here and has no address of {string.Join(", ", evidence.Registry!.MailDomains.Order(StringComparer.Ordinal))}.", evidence.Snapshot.At)));
    }

    private static bool IsOurs(PostureEvidence evidence, string mail)
    {
        var domain = mail[(mail.LastIndexOf('@') + 1)..].ToLowerInvariant();
        return evidence.Registry!.MailDomains.Any(own => domain == own || domain.EndsWith($".{own}", StringComparison.Ordinal));
    }
}
