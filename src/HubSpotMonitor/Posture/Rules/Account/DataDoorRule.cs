using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class DataDoorRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "data-door-opened",
        Title = "A way out for data, or back in for a person, was opened",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Within the last day another account was connected, for shared data, for reports or for workflows, or an account was added to an organization of accounts: High. A sandbox was made or filled from this account, regular backups were set up, or a user who was switched off was let in again: Medium. HubSpot's event does not name the other side.",
        Why = "Records that another account or a sandbox holds are read there, with other keys and other people, and no call of this account is counted for it. A backup that runs by itself, and an old user who is back, last longer than a stolen login.",
        Steps =
        [
            "Look in HubSpot's settings which account, sandbox, backup or user it is; the event has at most its number.",
            "Ask the person named, by another way than the account itself, whether and what for they did it.",
            "If nobody can say: take it away again, and look who could read what until then.",
        ],
        BeSure = "HubSpot's own event is certain; whose the other account is can only be looked up.",
        FalseAlarms = "A second account of the same company, work in a sandbox that somebody announced, a colleague who is back from leave.",
        Good = "No way out for data was opened, and nobody was let in again.",
        Maps = "T1537, T1098",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, evidence.Today(type => IsToAccount(type) || IsCopyOrReturn(type)).ByObject().Select(Tell));

    private Finding Tell(EventGroup group)
    {
        var worst = group.Events.LastOrDefault(item => IsToAccount(item.Type));
        var item = worst ?? group.Last;
        return Sheet.Finding(group.Subject, worst is null ? Severity.Medium : Severity.High, $"{Who.Name(item)} {What(item.Type)}",
            $"{group.People} did {group.Types}{group.From}{(item.ObjectId is { } number ? $"; HubSpot's number of it is {number}" : "")}.", group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
        };
    }

    private static bool IsToAccount(string type) => type is "DATA_SHARING_CONNECTION_ADDED" or "MULTI_ACCOUNT_REPORTING_CONNECTION_ADDED"
        or "MULTI_ACCOUNT_WORKFLOWS_CONNECTION_ADDED" or "ACCOUNT_ADDED_TO_MULTI_ACCOUNT_ORGANIZATION";

    private static bool IsCopyOrReturn(string type) => type is "SANDBOX_CREATION" or "SANDBOX_SYNC" or "DATA_BACKUP_SCHEDULE_CREATED" or "REACTIVATE_USER";

    private static string What(string type) => type switch
    {
        "DATA_SHARING_CONNECTION_ADDED" => "shared data with another account",
        "MULTI_ACCOUNT_REPORTING_CONNECTION_ADDED" => "connected another account for reports",
        "MULTI_ACCOUNT_WORKFLOWS_CONNECTION_ADDED" => "connected another account for workflows",
        "ACCOUNT_ADDED_TO_MULTI_ACCOUNT_ORGANIZATION" => "added an account to an organization of accounts",
        "SANDBOX_CREATION" => "made a sandbox",
        "SANDBOX_SYNC" => "synchronised a sandbox",
        "DATA_BACKUP_SCHEDULE_CREATED" => "set up regular backups",
        _ => "let a user in again",
    };
}
