using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class InactiveUserRule : IPostureRule
{
    /// <summary>Named in the sentence; the rest is a number.</summary>
    private const int MostNamed = 10;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "user-inactive",
        Title = "Users who do not log in any more",
        Severity = Severity.Medium,
        Section = 6,
        Needs = [AccessSource.Users, AccessSource.LoginHistory],
        Sees = "Users of the account for whom neither a login nor any other act was seen within 90 days: one finding that names them, Medium.",
        Why = "An account that nobody uses is one whose misuse nobody notices. Often its person has left.",
        Steps =
        [
            "Ask the managers of the people named whether they still need access.",
            "Deactivate those who do not, super admins first.",
            "Let HubSpot deactivate inactive users by itself, where the plan has it.",
        ],
        BeSure = "HubSpot's login history holds 90 days: longer absence is certain, its length is not. HubSpot does not mark users who are deactivated already.",
        FalseAlarms = "Users deactivated already; people who were invited lately or are on leave; single sign-on sessions that last long.",
        Settings = [nameof(PostureOptions.InactiveAfter)],
        Good = "Every user was active of late.",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var known = evidence.Missing(AccessSource.Users) is null && evidence.Missing(AccessSource.LoginHistory) is null;
        if (known && evidence.After.LoginsSince is null) return Sheet.NotEvaluable("The login history is empty so far: it cannot be told who is inactive.");
        return Sheet.Judge(evidence, Find(evidence));
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var byMail = evidence.After.Users.Values.Where(track => track.Mail is not null).ToLookup(track => track.Mail, StringComparer.OrdinalIgnoreCase);
        var since = evidence.Now - evidence.Options.InactiveAfter;
        var idle = (evidence.Snapshot.Users ?? []).Where(user => !IsActive(user)).OrderByDescending(user => user.SuperAdmin).ThenBy(user => user.Id).ToList();
        if (idle.Count == 0) yield break;
        var admins = idle.Count(user => user.SuperAdmin);
        yield return Sheet.Finding("users", Severity.Medium, $"{idle.Count} {(idle.Count == 1 ? "user has" : "users have")} not logged in for {evidence.Options.InactiveAfter.Days} days",
            $"Not seen: {string.Join(", ", idle.Take(MostNamed).Select(user => user.Email ?? Who.UserName(user.Id)))}{(idle.Count > MostNamed ? $" and {idle.Count - MostNamed} more" : "")}. {(admins == 0 ? "None of them is a super admin." : $"{admins} of them {(admins == 1 ? "is a super admin" : "are super admins")}.")}", since);

        bool IsActive(AccountUser user) => Tracks(user).Any(track => track.LastSeen >= since);

        IEnumerable<UserTrack> Tracks(AccountUser user)
        {
            if (evidence.After.Users.TryGetValue(Who.Key(user.Id), out var track)) yield return track;
            foreach (var same in user.Email is { } mail ? byMail[mail] : []) yield return same;
        }
    }
}
