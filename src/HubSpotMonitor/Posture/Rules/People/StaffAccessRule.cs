using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class StaffAccessRule : IPostureRule
{
    private const string Impersonation = "IMPERSONATE_USER";

    public RuleSheet Sheet { get; } = new()
    {
        Id = "staff-access",
        Title = "Impersonation or access for HubSpot's staff",
        Severity = Severity.Medium,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Somebody logged in as another user (IMPERSONATE_USER), or access for HubSpot's staff was switched on (HUBSPOT_EMPLOYEE_ACCESS_ENABLED), within the last day: Medium. Low when access for the staff was switched off again since, with how long it was on.",
        Why = "What is done as somebody else bears somebody else's name, and a staff login is one more door.",
        Steps =
        [
            "Ask the person who did it for the ticket that it belongs to.",
            "If there is none: end it, and look at what was done in the other's name.",
            "Switch access for HubSpot's staff off when the ticket is closed.",
        ],
        BeSure = "A ticket at HubSpot's support that names the day settles it. That the alert is over after a day does not tell that access for the staff was switched off.",
        FalseAlarms = "A support case, an admin who checks what a user sees.",
        Good = "Within the last day nobody acted as somebody else, and HubSpot's staff was let in by nobody.",
        Maps = "T1078",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var ends = evidence.Today(type => type == "HUBSPOT_EMPLOYEE_ACCESS_DISABLED").ToList();
        return Sheet.Judge(evidence, evidence.Today(type => type is Impersonation or "HUBSPOT_EMPLOYEE_ACCESS_ENABLED").ByActor()
            .Select(group => Tell(group, ends.Find(end => end.At >= group.Last.At))));
    }

    // Who was let in and out again between two looks was in all the same.
    private Finding Tell(EventGroup group, ActivityEvent? end)
    {
        var did = $"{group.Subject} did {group.Types}{group.From}.";
        var isOther = group.Events.Any(item => item.Type == Impersonation);
        var finding = isOther || end is null
            ? Sheet.Finding(group.Subject, Severity.Medium,
                isOther ? $"{group.Subject} acted as another user" : $"{group.Subject} let HubSpot's staff in", did, group.First.At, group.Evidence)
            : Sheet.Finding(group.Subject, Severity.Low, $"{group.Subject} let HubSpot's staff in for {group.Lasted(end.At)}",
                $"{did} {Who.Name(end)} switched it off again.", group.First.At, [.. group.Evidence, end.Evidence]);
        return finding with { NewestEvent = group.Last.Evidence };
    }
}
