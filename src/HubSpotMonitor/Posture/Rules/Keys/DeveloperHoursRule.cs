using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class DeveloperHoursRule : IPostureRule
{
    public const string Id = "developer-off-hours";

    public RuleSheet Sheet { get; } = new()
    {
        Id = Id,
        Title = "Developer activity at an odd hour",
        Severity = Severity.Medium,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Somebody viewed (Medium) or rotated, changed or deactivated (Low) a private app, service key or personal access key at an hour at which that person is not seen otherwise; who logged in may work on for four hours. Making one is the rule key-oddly-made.",
        Why = "People keep their hours; somebody with their login on another continent does not know them.",
        Steps =
        [
            "Ask the person named whether it was they.",
            "Compare the event's address and place with their other logins.",
            "If it was not they: reset the password, end all sessions, rotate the key.",
        ],
        BeSure = "Look whether the same person has other activity around that time, such as mails or calendar entries.",
        FalseAlarms = "Travel, releases at night, somebody who just began and has no habits yet.",
        Settings = [nameof(PostureOptions.LearnDays), nameof(PostureOptions.NightFrom), nameof(PostureOptions.NightTo)],
        Good = "Nobody touched keys at an hour that is unusual for them.",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var touched = evidence
            .Today(type => ActivityTypes.MeaningOf(type) is
                (CredentialKind.LegacyPrivateApp or CredentialKind.ServiceKey or CredentialKind.PersonalAccessKey, not CredentialAct.Created))
            .Where(item => Who.Key(item) is not null).ToList(); // what HubSpot does by itself has no hours
        if (touched.Count > 0
            && evidence.Missing(AccessSource.SecurityActivity) is null
            && Habits.StillLearning(evidence.Before.SecuritySince, evidence) is { } learning)
        {
            return Sheet.NotEvaluable(learning);
        }
        return Sheet.Judge(evidence, Find(evidence, touched));
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence, IEnumerable<ActivityEvent> touched)
    {
        foreach (var group in touched.Where(item => item.Type != ActivityTypes.AutoRotated && Habits.IsOddHour(evidence, item)).ByActor())
        {
            var severity = group.Events.Any(item => ActivityTypes.ActOf(item.Type) == CredentialAct.Revealed) ? Severity.Medium : Severity.Low;
            yield return Sheet.Finding(group.Subject, severity, $"{group.Subject} worked on keys at an unusual hour",
                $"{group.Subject} did {group.Types} at {Words.LocalTime(group.First.At, evidence.Clock.Offset(group.First.At))}{group.From}, when they are not seen otherwise.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            };
        }
    }
}
