using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class AdminAddedRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "admin-added",
        Title = "Super admin added or permissions raised",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Users],
        Sees = "ADD_ADMIN_USER or ADD_ADMIN_PERMISSIONS within the last day, or HubSpot's list of users shows a super admin who was none on the list before, and no such event of the last two days names them: High.",
        Why = "A super admin makes keys, switches guards off and exports everything. Raising oneself or a second account is a thief's next step.",
        Steps =
        [
            "Ask the person who did it, by another way than the account itself, whether it was they.",
            "If it is not wanted: take the permission away at once, and look at what the new admin did.",
            "If it is wanted for a time only: note the day on which it ends.",
        ],
        BeSure = "HubSpot's own event and list are certain; the list does not tell who did it. Somebody who raised themselves is the worse case: compare actor and user.",
        FalseAlarms = "A planned change of roles.",
        Good = "Nobody was made an admin.",
        Maps = "T1098",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var told = evidence.Today(IsRaise).ByObject().Select(Told);
        var raised = evidence.Snapshot.Raised
            .Where(raise => raise.Until > evidence.Now - PostureEvidence.EventWindow && !IsTold(evidence, raise))
            .Select(raise => Raised(raise, evidence.Clock))
            .ToList();
        // What the monitor's own two lists show needs no history of HubSpot's.
        var sheet = raised.Count > 0 ? Sheet with { Needs = [] } : Sheet;
        return sheet.Judge(evidence, told.Concat(raised));
    }

    private static bool IsRaise(string type) => type is "ADD_ADMIN_USER" or "ADD_ADMIN_PERMISSIONS";

    // Also by an event of yesterday: a long list of users is read once a day, and tells of it when the event's own day is nearly over.
    private static bool IsTold(PostureEvidence evidence, AdminRaise raise) =>
        evidence.Recent.Any(item => item.Feed == ActivityFeed.Security && IsRaise(item.Type) && item.ObjectId == Who.Key(raise.User));

    private Finding Told(EventGroup group) => Sheet.Finding(group.Subject, Severity.High,
        $"{group.People} gave admin rights", $"{group.People} did {group.Types}{group.From}{Target(group)}.", group.First.At, group.Evidence) with
    {
        NewestEvent = group.Last.Evidence,
    };

    // The same subject as an event about this user: if one comes later, it is the same incident.
    private Finding Raised(AdminRaise raise, AccountClock clock)
    {
        var person = raise.Email ?? Who.UserName(raise.User);
        return Sheet.Finding(Who.Key(raise.User), Severity.High, $"{person} is a super admin now",
            $"{person} is a super admin on HubSpot's list of users, and was none on the list of {Words.LocalAndUtc(raise.After, clock.Offset(raise.After))}. No event tells who did it.", raise.Until);
    }

    private static string Target(EventGroup group) => group.First.ObjectId is { } id ? $", for user {id}" : "";
}
