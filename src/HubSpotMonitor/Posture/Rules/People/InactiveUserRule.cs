using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class InactiveUserRule : IPostureRule
{
    /// <summary>Named in the sentence; the rest is a number.</summary>
    private const int MostNamed = 10;

    /// <summary>Of so many super admins who are idle it is remembered that they were told.</summary>
    private const int MostCompared = 100;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "user-inactive",
        Title = "Users who do not log in any more",
        Severity = Severity.Medium,
        Section = 6,
        Needs = [AccessSource.Users, AccessSource.LoginHistory],
        Helps = [AccessSource.SecurityActivity],
        Sees = "Users of the account for whom neither a login nor any other act was seen within 90 days: one finding that names them, Medium. Left out is who was added, let in again or made an admin within that time, or deactivated, as far as HubSpot's security activity tells.",
        Why = "An account that nobody uses is one whose misuse nobody notices. Often its person has left.",
        Steps =
        [
            "Ask the managers of the people named whether they still need access.",
            "Deactivate those who do not, super admins first.",
            "Let HubSpot deactivate inactive users by itself, where the plan has it.",
        ],
        BeSure = "HubSpot's login history holds 90 days: longer absence is certain, its length is not. HubSpot's list does not mark users who are deactivated; the event that tells it is looked for.",
        FalseAlarms =
            "Users deactivated before HubSpot's security history begins, or by an event that does not name them; people on leave; single sign-on sessions that last long.",
        Settings = [nameof(PostureOptions.InactiveAfter)],
        Good = "Every user was active of late.",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var known = evidence.Missing(AccessSource.Users) is null && evidence.Missing(AccessSource.LoginHistory) is null;
        if (known && evidence.After.LoginsSince is null)
            return Sheet.NotEvaluable("The login history is empty so far: it cannot be told who is inactive.");
        return Sheet.Judge(evidence, Find(evidence));
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var byMail = evidence.After.Users.Values.Where(track => track.Mail is not null)
            .ToLookup(track => track.Mail, StringComparer.OrdinalIgnoreCase);
        var since = evidence.Now - evidence.Options.InactiveAfter;
        var idle = (evidence.Snapshot.Users ?? []).Where(IsIdle).OrderByDescending(user => user.SuperAdmin).ThenBy(user => user.Id).ToList();
        if (idle.Count == 0) yield break;
        var admins = idle.Count(user => user.SuperAdmin);
        yield return Sheet.Finding(
            "users", Severity.Medium,
            $"{idle.Count} {(idle.Count == 1 ? "user has" : "users have")} not logged in for {evidence.Options.InactiveAfter.Days} days",
            $"Not seen: {string.Join(", ", idle.Take(MostNamed).Select(user => user.Email ?? Who.UserName(user.Id)))}{(idle.Count > MostNamed ? $" and {idle.Count - MostNamed} more" : "")}. {(admins == 0 ? "None of them is a super admin." : $"{admins} of them {(admins == 1 ? "is a super admin" : "are super admins")}.")}",
            since) with
        {
            // Another super admin is news: who knows of some has not taken that one.
            // The first word is an empty one always, so that one fewer is none.
            NewestEvent = string.Concat(idle.Take(MostCompared).Where(user => user.SuperAdmin).Select(user => $"|{Who.Key(user.Id)}")),
        };

        // Somebody else of that address, who had another number, may have been deactivated: that says nothing of this one.
        bool IsIdle(AccountUser user)
        {
            var own = evidence.After.Users.GetValueOrDefault(Who.Key(user.Id));
            return !(own?.LastSeen >= since || own?.LetInAt >= since || own is { IsDeactivated: true })
                && !(user.Email is { } mail && byMail[mail].Any(track => track.LastSeen >= since));
        }
    }
}
