using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class StaffAccessRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "staff-access",
        Title = "Impersonation or access for HubSpot's staff",
        Severity = Severity.Medium,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Somebody logged in as another user (IMPERSONATE_USER), or access for HubSpot's staff was switched on (HUBSPOT_EMPLOYEE_ACCESS_ENABLED), within the last day: Medium. Switching staff access off again ends it.",
        Why = "What is done as somebody else bears somebody else's name, and a staff login is one more door.",
        Steps =
        [
            "Ask the person who did it for the ticket that it belongs to.",
            "If there is none: end it, and look at what was done in the other's name.",
            "Switch access for HubSpot's staff off when the ticket is closed.",
        ],
        BeSure = "A ticket at HubSpot's support that names the day settles it.",
        FalseAlarms = "A support case, an admin who checks what a user sees.",
        Good = "Nobody acted as somebody else, and HubSpot's staff was let in by nobody.",
        Maps = "T1078",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var ended = evidence.Today(type => type == "HUBSPOT_EMPLOYEE_ACCESS_DISABLED").Select(item => item.At).DefaultIfEmpty().Max();
        var events = evidence.Today(type => type is "IMPERSONATE_USER" or "HUBSPOT_EMPLOYEE_ACCESS_ENABLED").Where(item => item.Type == "IMPERSONATE_USER" || item.At > ended);
        return Sheet.Judge(evidence, events.ByActor().Select(group => Sheet.Finding(group.Subject, Severity.Medium,
            group.Events.Any(item => item.Type == "IMPERSONATE_USER") ? $"{group.Subject} acted as another user" : $"{group.Subject} let HubSpot's staff in",
            $"{group.Subject} did {group.Types}{group.From}.", group.First.At, group.Evidence)));
    }
}
