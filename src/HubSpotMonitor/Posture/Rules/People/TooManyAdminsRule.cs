using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class TooManyAdminsRule : IPostureRule
{
    /// <summary>Never too many: one must be able to let the other in.</summary>
    private const int AlwaysFine = 2;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "too-many-admins",
        Title = "Too many super admins",
        Severity = Severity.Medium,
        Section = 6,
        Needs = [AccessSource.Users],
        Helps = [AccessSource.SecurityActivity],
        Sees = "There are more than four super admins, or more than two and over a tenth of all users: Medium. Users who were deactivated, as far as HubSpot's security activity tells, are not counted.",
        Why = "Each super admin's password opens everything. Few of them need it daily.",
        Steps =
        [
            "Go through the super admins named here: who used that right in the last month?",
            "Give the others a role with what they need.",
            "Look again in a quarter.",
        ],
        BeSure = "HubSpot's own list of users is certain; it does not mark users who are deactivated, and the event that tells it is looked for.",
        FalseAlarms =
            "A small team in which everybody does everything: raise the settings. Super admins who were deactivated before HubSpot's security history begins, or by an event that does not name them.",
        Settings = [nameof(PostureOptions.MaxSuperAdmins), nameof(PostureOptions.MaxSuperAdminShare)],
        Good = "The super admins are few enough.",
        Maps = "NHI5",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        List<AccountUser> users = [.. (evidence.Snapshot.Users ?? []).Where(user => !Staff.IsDeactivated(evidence, user))];
        var admins = users.Where(user => user.SuperAdmin).OrderBy(user => user.Id).ToList();
        if (admins.Count <= AlwaysFine
            || (admins.Count <= evidence.Options.MaxSuperAdmins && admins.Count <= evidence.Options.MaxSuperAdminShare * users.Count))
        {
            yield break;
        }
        yield return Sheet.Finding("super admins", Severity.Medium, $"{admins.Count} of {users.Count} users are super admins",
            $"Super admins are {string.Join(", ", admins.Take(10).Select(user => user.Email ?? $"user {user.Id}"))}{(admins.Count > 10 ? $" and {admins.Count - 10} more" : "")}.",
            evidence.Snapshot.At) with
        {
            Expected = $"at most {evidence.Options.MaxSuperAdmins}, and {Words.Percent(evidence.Options.MaxSuperAdminShare)} of the users",
            Seen = $"{admins.Count}",
        };
    }
}
