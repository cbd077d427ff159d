using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class RotationScheduleRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "rotation-unscheduled",
        Title = "Rotation schedule removed or never set",
        Severity = Severity.Medium,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Registry],
        Sees = "A service key's rotation schedule was removed and not set again, or a service key has no schedule and was not rotated within its age limit: Medium. A key with an ageLimit in the access registry that was rotated after its schedule was removed, and within that limit, is rotated by hand and passes.",
        Why = "Without a schedule rotation depends on somebody remembering. Removing one is also how somebody keeps a copied key alive.",
        Steps =
        [
            "Ask whoever removed the schedule why; the evidence names them.",
            "Set a schedule at the key in HubSpot, or give it an ageLimit in the access registry and rotate it by hand within it.",
            "Rotate it now if its age is over the limit.",
        ],
        BeSure = "HubSpot shows the schedule at the service key itself. A schedule set before HubSpot's history begins is not seen here.",
        FalseAlarms = "A key that is rotated by hand on purpose and has no ageLimit in the registry, or whose schedule is older than the history.",
        Settings = [nameof(PostureOptions.KeyAgeLimit)],
        Good = "Every service key has its schedule or was rotated within its limit.",
        Maps = "NHI7",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var key in evidence.Inventory.Where(one => one is { Kind: CredentialKind.ServiceKey, Status: CredentialStatus.Active }))
        {
            var track = evidence.After.Credentials.GetValueOrDefault(key.Id);
            if (track is { LostItsSchedule: true, ScheduleRemoved: { } removed } && !IsRotatedByHand(key, removed.At, evidence.Now))
            {
                yield return Sheet.Finding(key.Id, Severity.Medium, $"{key.Name} is no longer rotated by itself",
                    $"{removed.By} removed the rotation schedule of {key.Name}, and nobody set another.", removed.At, removed.Evidence);
            }
            else if (track?.ScheduleSet is null
                && key.SecretSince is { } since
                && evidence.Now - since >= (key.AgeLimit ?? evidence.Options.KeyAgeLimit))
            {
                yield return Sheet.Finding(key.Id, Severity.Medium, $"{key.Name} has no rotation schedule",
                    $"{key.Name} has no rotation schedule as far as events tell, and its secret is {(evidence.Now - since).Days} days old.",
                    since, [.. key.History.TakeLast(1).Select(item => item.Evidence)]);
            }
        }
    }

    // Not by a rotation before it: who removes a schedule to keep a copied key alive does so after one.
    private static bool IsRotatedByHand(Credential key, DateTimeOffset removedAt, DateTimeOffset now) =>
        key is { AgeLimit: { } limit, RotatedAt: { } rotated } && rotated > removedAt && now - rotated < limit;
}
