using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class DataDoorRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "data-door-opened",
        Title = "A way out for data, or in for a person, was opened",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Users],
        Sees = "Within the last day another account was connected, for shared data, for reports or for workflows, or an account was added to an organization of accounts: High. A sandbox was made or filled from this account, regular backups were set up, or a user who was switched off was let in again: Medium, of a super admin High. Somebody added a user who never added one before, a super admin or somebody who makes keys added a passkey, or anybody did so in a country where they had not been within 90 days: Medium. HubSpot's event does not name the other side.",
        Why = "Records that another account or a sandbox holds are read there, with other keys and other people, and no call of this account is counted for it. A backup that runs by itself, an old user who is back, a new one and a passkey last longer than a stolen login.",
        Steps =
        [
            "Look in HubSpot's settings which account, sandbox, backup, user or passkey it is; the event has at most its number.",
            "Ask the person named, by another way than the account itself, whether and what for they did it.",
            "If nobody can say: take it away again, and look who could read what until then.",
        ],
        BeSure = "HubSpot's own event is certain; whose the other account is can only be looked up. That the alert is over after a day does not tell that the door was closed.",
        FalseAlarms =
            "A second account of the same company, work in a sandbox that somebody announced, a colleague who is back from leave, who adds users from now on, or who has a new phone.",
        Settings = [nameof(PostureOptions.LearnDays), nameof(PostureOptions.CountryMemory)],
        Good = "Within the last day no way out for data was opened, and nobody was let in in an unusual way.",
        Maps = "T1537, T1098",
    };

    public RuleResult Evaluate(PostureEvidence evidence) =>
        Sheet.Judge(evidence, evidence.Today(type => IsToAccount(type) || IsCopyOrReturn(type) || IsEveryday(type))
            .Where(item => !IsEveryday(item.Type) || WhyUnusual(evidence, item) is not null)
            .By(SubjectOf)
            .Select(group => Tell(evidence, group)));

    // Several users or passkeys of one person are one thing to look into.
    private static string SubjectOf(ActivityEvent item) => IsEveryday(item.Type) ? Who.Name(item) : item.ObjectId ?? Who.Name(item);

    // Of what everybody does now and then, a sentence on why this is told; null: it is not.
    private static string? WhyUnusual(PostureEvidence evidence, ActivityEvent item)
    {
        if (item.Type == UserTrack.UserAdded)
            return IsFirstUserAdded(evidence, item) ? "They never added a user before, as far as the history goes." : null;
        if (Habits.IsSuperAdmin(evidence, item)) return "They are a super admin.";
        if (Habits.MakesKeys(evidence, item)) return "They make keys.";
        return Habits.IsNewCountry(evidence, item) ? $"They had not been in {item.Country} within {evidence.Options.CountryMemory.Days} days." : null;
    }

    private static string? WhyGrave(PostureEvidence evidence, ActivityEvent item) =>
        AdminLetIn(evidence, item) is { } admin ? $"{admin}, whom they let in, is a super admin." : null;

    // HubSpot's list keeps who is switched off, and what they may do.
    private static string? AdminLetIn(PostureEvidence evidence, ActivityEvent item) =>
        item.Type == UserTrack.UserLetIn ? Habits.SuperAdminNamed(evidence, item) : null;

    private static bool IsFirstUserAdded(PostureEvidence evidence, ActivityEvent item) =>
        Habits.StillLearning(evidence.Before.SecuritySince, evidence) is null
            && Habits.Of(evidence.After, item)?.FirstUserAdded is { } first
            && evidence.IsToday(item with { At = first });

    private Finding Tell(PostureEvidence evidence, EventGroup group)
    {
        var worst = group.Events.LastOrDefault(item => IsToAccount(item.Type) || AdminLetIn(evidence, item) is not null);
        var item = worst ?? group.Last;
        // Among events of several kinds the only number may be that of something else.
        var number = item.ObjectId is { } id && group.Events.All(one => one.ObjectId == id) ? $"; HubSpot's number of it is {id}" : "";
        var reasons = group.Events
            .Select(one => IsEveryday(one.Type) ? WhyUnusual(evidence, one) : WhyGrave(evidence, one))
            .OfType<string>()
            .Distinct();
        var what = AdminLetIn(evidence, item) is null ? What(item.Type) : "let a super admin in again";
        return Sheet.Finding(group.Subject, worst is null ? Severity.Medium : Severity.High, $"{Who.Name(item)} {what}",
            string.Join(' ', reasons.Prepend($"{group.People} did {group.Types}{group.From}{number}.")), group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
        };
    }

    private static bool IsToAccount(string type) => type is "DATA_SHARING_CONNECTION_ADDED" or "MULTI_ACCOUNT_REPORTING_CONNECTION_ADDED"
        or "MULTI_ACCOUNT_WORKFLOWS_CONNECTION_ADDED" or "ACCOUNT_ADDED_TO_MULTI_ACCOUNT_ORGANIZATION";

    private static bool IsCopyOrReturn(string type) =>
        type is "SANDBOX_CREATION" or "SANDBOX_SYNC" or "DATA_BACKUP_SCHEDULE_CREATED" or UserTrack.UserLetIn;

    // People come and get new phones.
    private static bool IsEveryday(string type) => type is UserTrack.UserAdded or UserTrack.PasskeyAdded;

    private static string What(string type) => type switch
    {
        "DATA_SHARING_CONNECTION_ADDED" => "shared data with another account",
        "MULTI_ACCOUNT_REPORTING_CONNECTION_ADDED" => "connected another account for reports",
        "MULTI_ACCOUNT_WORKFLOWS_CONNECTION_ADDED" => "connected another account for workflows",
        "ACCOUNT_ADDED_TO_MULTI_ACCOUNT_ORGANIZATION" => "added an account to an organization of accounts",
        "SANDBOX_CREATION" => "made a sandbox",
        "SANDBOX_SYNC" => "synchronised a sandbox",
        "DATA_BACKUP_SCHEDULE_CREATED" => "set up regular backups",
        UserTrack.UserAdded => "added a user",
        UserTrack.PasskeyAdded => "added a passkey",
        _ => "let a user in again",
    };
}
