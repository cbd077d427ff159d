using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class DomainInviteRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "domain-invites",
        Title = "Anybody of a mail domain may join",
        Severity = Severity.Low,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Invites by mail domain were switched on or made, or somebody joined by one, within the last day: Low.",
        Why = "Whoever gets a mailbox of that domain, by whatever way, gets into the account unasked.",
        Steps =
        [
            "Look which domain it is, and who can get a mailbox there.",
            "Look which role people get who join by it: the smallest should do.",
            "Switch it off if invitations one by one are enough.",
        ],
        BeSure = "HubSpot's own event is certain. That the alert is over after a day does not tell that the domain may no longer join.",
        FalseAlarms = "A company that wants it so.",
        Good = "Within the last day nobody joined by mail domain, and no domain was let in.",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence,
        evidence.Today(type => type is "DOMAIN_BASED_INVITES_ENABLED" or "DOMAIN_BASED_INVITE_CREATED" or "JOINED_PORTAL_VIA_DOMAIN_BASED_INVITE")
            .ByActor()
            .Select(group => Sheet.Finding(group.Subject, Severity.Low,
                group.Events.All(item => item.Type.StartsWith("JOINED", StringComparison.Ordinal))
                    ? $"{group.Subject} joined by mail domain"
                    : $"{group.Subject} let a mail domain in",
                $"{group.Subject} did {group.Types}{group.From}.", group.First.At, group.Evidence)));
}
