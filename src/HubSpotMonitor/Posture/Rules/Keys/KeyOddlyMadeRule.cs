using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>A thief who wants to stay makes a key of their own.</summary>
internal sealed class KeyOddlyMadeRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "key-oddly-made",
        Title = "New credential by a newcomer or at an odd hour",
        Severity = Severity.High,
        Section = 1,
        Needs = [AccessSource.SecurityActivity],
        Sees = "A private app, service key, personal access key, SMTP token or API key was made by somebody who had never made one of that kind until a day before, or outside that person's usual hours: High. Hours come from the person's own events; while there are fewer than 30, the account's night counts as odd.",
        Why = "A stolen login ends with the next password. A key made with it stays, belongs to nobody, and is seldom noticed.",
        Steps =
        [
            "Ask the person named, by another way than the account itself, whether and what for they made it.",
            "If nobody can say: deactivate the credential, then look what it was used for in its log.",
            "If it is wanted: write it into the access registry with owner, purpose and needed scopes.",
        ],
        BeSure =
            "A colleague or ticket that asked for the key settles it. Else compare address and place of the event with the person's earlier logins.",
        FalseAlarms = "A new colleague's first key, a key made during a night's release.",
        Settings = [nameof(PostureOptions.LearnDays), nameof(PostureOptions.NightFrom), nameof(PostureOptions.NightTo)],
        Good = "Every new credential of the last day was made by somebody who makes them, at their usual hours.",
        Maps = "T1098.001",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var made = evidence.Today(type => ActivityTypes.ActOf(type) == CredentialAct.Created && type != ActivityTypes.AppInstalled).ToList();
        // Who is new cannot be told yet; that nothing was made can.
        if (made.Count > 0
            && evidence.Missing(AccessSource.SecurityActivity) is null
            && Habits.StillLearning(evidence.Before.SecuritySince, evidence) is { } learning)
        {
            return Sheet.NotEvaluable(learning);
        }
        return Sheet.Judge(evidence, Find(evidence, made));
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence, IEnumerable<ActivityEvent> made)
    {
        foreach (var group in made.ByObject())
        {
            var odd = group.Events.Select(item => (Item: item, Why: Why(evidence, item))).FirstOrDefault(one => one.Why is not null);
            if (odd.Why is null) continue;
            var name = evidence.CredentialOf(odd.Item)?.Name ?? Credential.NameOf(ActivityTypes.MeaningOf(odd.Item.Type).Kind, odd.Item.ObjectId);
            var place = Who.From(odd.Item) is { } from ? $" from {from}" : "";
            yield return Sheet.Finding(group.Subject, Severity.High, $"{name} was made {odd.Why}",
                $"{Who.Name(odd.Item)} made {name} at {Words.LocalTime(odd.Item.At, evidence.Clock.Offset(odd.Item.At))}{place}, {odd.Why}.",
                odd.Item.At, group.Evidence);
        }
    }

    private static string? Why(PostureEvidence evidence, ActivityEvent item)
    {
        var kind = ActivityTypes.MeaningOf(item.Type).Kind;
        // Not the very first alone: a second one a minute later would hide behind it.
        if (Habits.Of(evidence.After, item)?.Made.FirstOrDefault(made => made.Kind == kind)?.At is { } first
            && (item.At - first < PostureEvidence.EventWindow || evidence.IsToday(item with { At = first })))
        {
            return item.At == first ? "by somebody who never made one before" : "by somebody who made their first one within a day before";
        }
        return Habits.IsOddHour(evidence, item) ? "at an unusual hour" : null;
    }
}
