using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>No webhook is pushed where there always were some: then nobody sees who writes and deletes, but for what the journal tells.</summary>
public static class SilenceDetector
{
    public const string Rule = BlindDetector.Rule;

    private const string Subject = Subjects.Webhooks;

    /// <summary>A week and a day have seen a weekend.</summary>
    private static readonly TimeSpan TimeToLearn = TimeSpan.FromDays(8);
    private static readonly TimeSpan WhileLearning = TimeSpan.FromHours(24);

    /// <summary>HubSpot repeats what we did not take for a day; an hour is short enough to lose nothing.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    private const double TimesLongestGap = 2;

    /// <summary>What there is to say while webhooks are off on purpose.</summary>
    public static Assessment Off { get; } = Assessment.Clear(Rule, Subject);

    public static Assessment Assess(EventCheckpoint checkpoint, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var silence = now - checkpoint.LastReceivedAt;
        var limit = Limit(checkpoint, now);
        return silence > limit ? Assessment.Firing(Describe(checkpoint, silence, limit, now)) : Assessment.Clear(Rule, Subject);
    }

    /// <summary>
    /// What is learned of a silence that an event has ended: of one that was told only what it took until it was, or one outage would hide the next.
    /// </summary>
    internal static TimeSpan Learned(EventCheckpoint checkpoint, DateTimeOffset endedAt)
    {
        var (silence, limit) = (endedAt - checkpoint.LastReceivedAt, Limit(checkpoint, endedAt));
        return silence <= limit || IsLearning(checkpoint, endedAt) ? silence : limit;
    }

    private static bool IsLearning(EventCheckpoint checkpoint, DateTimeOffset now) => now - checkpoint.FirstReceivedAt < TimeToLearn;

    private static TimeSpan Limit(EventCheckpoint checkpoint, DateTimeOffset now)
    {
        if (IsLearning(checkpoint, now)) return WhileLearning;
        var usual = checkpoint.Gaps.Count == 0 ? TimeSpan.Zero : checkpoint.Gaps.Max(gap => gap.Longest);
        return TimeSpan.FromTicks(Math.Max(Shortest.Ticks, (long)(TimesLongestGap * usual.Ticks)));
    }

    private static string Unseen(EventCheckpoint checkpoint) => checkpoint.PulledAt > checkpoint.LastReceivedAt
        ? "The journal still tells them, some minutes late; until events are pushed again, what it misses goes unseen."
        : "Until events arrive again, mass deletions and changes by apps go unseen.";

    private static Finding Describe(EventCheckpoint checkpoint, TimeSpan silence, TimeSpan limit, DateTimeOffset now) => new()
    {
        Rule = Rule,
        Subject = Subject,
        // Inferred from a habit, not told by HubSpot: a holiday can look the same. A dead token is certain, and Critical.
        Severity = Severity.High,
        Headline = "No webhook events arrive",
        Summary = $"The last webhook event was received {Words.Duration(silence)} ago{(IsLearning(checkpoint, now) ? "" : $"; usual are silences of at most {Words.Duration(limit / TimesLongestGap)}")}. {Unseen(checkpoint)}",
        Since = checkpoint.LastReceivedAt,
        Expected = $"an event at least every {Words.Duration(limit)}",
        Seen = $"none for {Words.Duration(silence)}",
        Confidence = IsLearning(checkpoint, now)
            ? "Learning: a fixed limit of a day is in force."
            : "Twice the longest silence of the last two weeks; of one that was told, what it took until then.",
        LikelyCause = "The app's webhook subscriptions or its target URL were changed, the app was uninstalled, or HubSpot cannot reach the monitor.",
        Steps =
        [
            "In HubSpot open the app under Development > Webhooks: is the target URL still ours, are the subscriptions active, what do its delivery logs say?",
            "Look at the monitor's page for refused requests: signatures that all fail point to a client secret that was rotated.",
            "Check from outside that the monitor answers: a POST without signature to the webhook address must give 401.",
        ],
        Evidence = [$"webhooks@{checkpoint.LastReceivedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
    };
}
