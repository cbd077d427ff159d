using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class ProtectedBlockRule : IPostureRule
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public RuleSheet Sheet { get; } = new()
    {
        Id = "protected-endpoint-blocked",
        Title = "Second factor missing, again and again",
        Severity = Severity.Medium,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Three or more times within an hour HubSpot refused somebody what needs a second factor: Medium.",
        Why = "Somebody who has the password and not the phone looks like this.",
        Steps =
        [
            "Ask the person named whether it was they.",
            "If not: reset the password and end all sessions.",
            "Check that their second factor is their own, and was not added lately.",
        ],
        BeSure = "Compare address and place with the person's usual ones.",
        FalseAlarms = "A new phone, a lost one.",
        Settings = [nameof(PostureOptions.ProtectedBlocks)],
        Good = "Nobody was refused for want of a second factor again and again.",
        Maps = "T1621",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence,
        evidence.Today(type => type == ActivityTypes.ProtectedBlocked)
            .ByActor()
            .Where(group => IsOften(group.Events, evidence.Options.ProtectedBlocks))
            .Select(group => Sheet.Finding(
                group.Subject, Severity.Medium, $"{group.Subject} was refused {group.Events.Count} times for want of a second factor",
                $"HubSpot refused {group.Subject} {group.Events.Count} times what needs a second factor{group.From}.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            }));

    private static bool IsOften(IReadOnlyList<ActivityEvent> events, int needed) =>
        Enumerable.Range(0, Math.Max(0, events.Count - needed + 1)).Any(start => events[start + needed - 1].At - events[start].At <= Hour);
}
