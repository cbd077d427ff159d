using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>
/// Requests that HubSpot signed and that are refused all the same: it gives them up after a day. Only what is decided after the signature counts
/// here, so that no outsider can raise it: a body that is too large, or comes too slowly, is anybody's.
/// </summary>
public static class RefusalDetector
{
    private const string Rule = BlindDetector.Rule;

    private const string Subject = Subjects.WebhookRefused;

    private const int RefusalsNeeded = 5;

    /// <summary>A store that hesitates for a moment refuses many at once; HubSpot sends them again, and nobody need know.</summary>
    private const int MinutesNeeded = 2;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(30);

    /// <param name="counts">Requests of the last <see cref="SignatureDetector.Lookback"/>, by minute, oldest first.</param>
    /// <param name="now">The time of this run.</param>
    public static Assessment Assess(IReadOnlyList<IntakeCount> counts, DateTimeOffset now)
    {
        var refused = counts.Where(count => count.Outcome is IntakeOutcome.BodyNotJson or IntakeOutcome.StoreUnavailable).ToList();
        var recent = refused.Where(count => count.Minute > now - Window - TimeSpan.FromMinutes(1)).ToList();
        if (Sum(recent) >= RefusalsNeeded && recent.DistinctBy(count => count.Minute).Count() >= MinutesNeeded)
            return Assessment.Firing(Describe(recent));
        return Sum(refused.Where(count => count.Minute > now - Calm)) < RefusalsNeeded
            ? Assessment.Clear(Rule, Subject)
            : Assessment.Undecided(Rule, Subject);
    }

    private static int Sum(IEnumerable<IntakeCount> counts) => counts.Sum(count => count.Count);

    private static Finding Describe(IReadOnlyList<IntakeCount> refused)
    {
        var (total, notJson) = (Sum(refused), Sum(refused.Where(count => count.Outcome == IntakeOutcome.BodyNotJson)));
        var isStore = total > 2 * notJson;
        var kinds = refused.GroupBy(count => count.Outcome).OrderByDescending(Sum).Select(kind => $"{kind.Key} {Words.Count(Sum(kind))}");
        return new()
        {
            Rule = Rule,
            Subject = Subject,
            Severity = Severity.High,
            Headline = $"{Words.Count(total)} genuine webhook requests could not be taken",
            Summary = $"{Words.Count(total)} requests that HubSpot signed were refused ({string.Join(", ", kinds)}). It sends each again for a day and then gives it up: what is not mended until then, nobody ever sees.",
            Since = refused[0].Minute,
            Expected = $"fewer than {RefusalsNeeded} in 10 min",
            Seen = $"{Words.Count(total)} refused since then",
            Confidence = "Certain: their signatures are right.",
            LikelyCause = isStore
                ? "The store is too slow or away: it is throttled, its key or role was changed, or the network to it is broken."
                : "What comes is no JSON array of events: a workflow's action points at this address, something between changes bodies, or HubSpot changed its format.",
            Steps = isStore
                ?
                [
                    "Look at the monitor's health page and at its log: it says why events could not be stored.",
                    "In Azure look at the storage account: does it throttle, is its key or the identity's role still right, may the monitor reach it?",
                    "Mend it within a day: so long HubSpot sends again. This alert resolves by itself.",
                ]
                :
                [
                    "In HubSpot look at the app's webhook settings and at workflows that send webhooks: does one that is not the app's use this address?",
                    "In the app's delivery logs open a request that was answered 400: is its body an array?",
                    "If it is HubSpot's own and no array, the monitor needs a newer version. HubSpot sends again for a day.",
                ],
            Evidence =
            [
                $"intake@{refused[0].Minute.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{refused[^1].Minute.AddMinutes(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
            ],
        };
    }
}
