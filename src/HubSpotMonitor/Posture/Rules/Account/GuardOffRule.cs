using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class GuardOffRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "guard-off",
        Title = "A guard of the account was switched off",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Single sign-on, two-factor authentication, IP restriction, allowed countries or allowed login methods were removed, loosened or changed within the last day, and not set up again since: High.",
        Why = "Who wants to come back by another door opens it first.",
        Steps =
        [
            "Ask the person named, by another way than the account itself, whether and why they did it.",
            "Switch the guard on again.",
            "Look at logins and new keys since then.",
        ],
        BeSure = "HubSpot's own event is certain. HubSpot has no way to read the present state, so look at it in the settings.",
        FalseAlarms = "A planned change of the sign-on provider; a user who gets a new phone.",
        Good = "No guard was switched off.",
        Maps = "T1556",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var guard in Guard.All)
        {
            // What is one person's own guard is set up again by that person alone.
            var off = evidence.Today(guard.Off.Contains).Where(item => !evidence.Recent.Any(later => later.At > item.At && guard.On.Contains(later.Type) && (later.ObjectId == item.ObjectId)));
            foreach (var group in off.By(item => item.ObjectId is { } number ? $"{guard.Name} {number}" : guard.Name))
            {
                yield return Sheet.Finding(group.Subject, Severity.High, $"{guard.Name}: switched off or loosened by {Who.Name(group.Last)}",
                    $"{group.People} did {group.Types}{group.From}.", group.First.At, group.Evidence);
            }
        }
    }
}
