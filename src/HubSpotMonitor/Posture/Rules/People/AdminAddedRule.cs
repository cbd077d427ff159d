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
        Sees = "ADD_ADMIN_USER or ADD_ADMIN_PERMISSIONS within the last day: High.",
        Why = "A super admin makes keys, switches guards off and exports everything. Raising oneself or a second account is a thief's next step.",
        Steps =
        [
            "Ask the person who did it, by another way than the account itself, whether it was they.",
            "If it is not wanted: take the permission away at once, and look at what the new admin did.",
            "If it is wanted for a time only: note the day on which it ends.",
        ],
        BeSure = "HubSpot's own event is certain. Somebody who raised themselves is the worse case: compare actor and user.",
        FalseAlarms = "A planned change of roles.",
        Good = "Nobody was made an admin.",
        Maps = "T1098",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence,
        evidence.Today(type => type is "ADD_ADMIN_USER" or "ADD_ADMIN_PERMISSIONS").ByObject().Select(group => Sheet.Finding(group.Subject, Severity.High,
            $"{group.People} gave admin rights", $"{group.People} did {group.Types}{group.From}{Target(group)}.", group.First.At, group.Evidence)));

    private static string Target(EventGroup group) => group.First.ObjectId is { } id ? $", for user {id}" : "";
}
