using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class UnknownActivityRule : IPostureRule
{
    private const int LongestName = 100;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "activity-unknown-type",
        Title = "Security activity of an unknown type",
        Severity = Severity.Info,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "HubSpot's security activity had a type within the last day that this version does not know: Info.",
        Why = "HubSpot adds types without notice. One that no rule knows may be the one that matters.",
        Steps =
        [
            "Read the event: what does its name say, who did it?",
            "If it matters, treat it as the rule that is nearest.",
            "Update the monitor, or report the name so that a rule can be made of it.",
        ],
        BeSure = "The type stands in the event as HubSpot sent it.",
        FalseAlarms = "None: it is news, not trouble.",
        Good = "Every type of activity is known.",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence,
        evidence.Today(type => !ActivityTypes.IsKnown(type))
            .By(item => item.Type.Length > LongestName ? item.Type[..LongestName] : item.Type)
            .Select(group => Sheet.Finding(group.Subject, Severity.Info, $"Unknown security activity {group.Subject}",
                $"{group.People} did {group.Subject}{(group.Events.Count == 1 ? "" : $" {group.Events.Count} times")}{group.From}.",
                group.First.At, group.Evidence)));
}
