using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>
/// A history that was read and no longer can be. Usage polls may go on well, and every rule that needs the history only says "not evaluable":
/// who takes the scope from the monitor's key would be unseen from then on. The audit log is left out, since it comes and goes with the plan.
/// </summary>
public static class FeedDetector
{
    /// <summary>HubSpot has trouble of its own now and then; six polls in a row are more than that.</summary>
    private static readonly TimeSpan LongestFailure = TimeSpan.FromMinutes(30);

    /// <param name="feeds">The histories' checkpoints, just after their poll.</param>
    /// <param name="usage">How the portal's usage stands; null: never polled.</param>
    /// <param name="now">The time of this run.</param>
    public static IReadOnlyList<Assessment> Assess(IReadOnlyList<ActivityCheckpoint> feeds, UsageCheckpoint? usage, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        return
        [
            .. feeds.Where(feed => feed is { Feed: ActivityFeed.Security or ActivityFeed.Login, LastReadAt: not null })
                .Select(feed => Assess(feed, usage, now)),
        ];
    }

    private static Assessment Assess(ActivityCheckpoint feed, UsageCheckpoint? usage, DateTimeOffset now) => feed.Access switch
    {
        SourceAccess.Read => Assessment.Clear(BlindDetector.Rule, SubjectOf(feed)),
        _ when IsTold(usage) => Assessment.Undecided(BlindDetector.Rule, SubjectOf(feed)),
        // One refusal happens; the next poll asks again.
        SourceAccess.Denied when feed.LastTriedAt > feed.At => Assessment.Firing(Describe(feed)),
        SourceAccess.Failed when now - feed.At > LongestFailure => Assessment.Firing(Describe(feed)),
        _ => Assessment.Undecided(BlindDetector.Rule, SubjectOf(feed)),
    };

    /// <summary>
    /// The alert on usage says all of it: with a dead token, a used-up day or without HubSpot there
    /// is no history either. A scope or a figure that is missing says nothing of the histories.
    /// </summary>
    private static bool IsTold(UsageCheckpoint? usage) =>
        usage?.Outcome is PollOutcome.DeadToken or PollOutcome.NotConnected or PollOutcome.WrongApp
            or PollOutcome.WrongPortal or PollOutcome.LimitReached or PollOutcome.TooFast
            or PollOutcome.SecretsAway or PollOutcome.Unreachable or PollOutcome.ClockWrong;

    private static Finding Describe(ActivityCheckpoint feed)
    {
        var isDenied = feed.Access == SourceAccess.Denied;
        var (name, unseen) = feed.Feed == ActivityFeed.Security
            ? ("security activity", "keys that are made or shown, exports, new admins, and guards that are switched off")
            : ("login history", "guessed passwords and logins from unusual places");
        return new()
        {
            Rule = BlindDetector.Rule,
            Subject = SubjectOf(feed),
            Severity = isDenied && feed.Feed == ActivityFeed.Security ? Severity.Critical : Severity.High,
            Headline = $"Monitor is blind to the {name}: {(isDenied ? "HubSpot no longer lets it read" : "every try to read it fails")}",
            Summary = $"{feed.Says} Until it can be read again nobody sees {unseen}.",
            Since = feed.At,
            Expected = $"the {name}, as it was read before",
            Seen = $"last read at {feed.LastReadAt!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
            Confidence = isDenied
                ? "Certain: HubSpot's own answer, at two polls or more."
                : $"Certain: every poll for {Words.Duration(LongestFailure)} or longer failed.",
            LikelyCause = isDenied
                ? "Somebody who may edit the monitor's key or app took the scope away, by mistake or so as not to be seen. A lower plan, or a version of HubSpot's API that has ended, has the same effect."
                : "Trouble at HubSpot, or a change of its answers.",
            Steps = Steps(feed.Portal, isDenied),
            Evidence = [$"{SubjectOf(feed)}@{feed.LastTriedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
        };
    }

    private static IReadOnlyList<string> Steps(long portal, bool isDenied) =>
    [
        isDenied
            ? "In HubSpot open Settings > Account management > Security > activity log: who changed the scopes of the monitor's key or app, when, and what have they done since? If nobody did it on purpose, treat it as an attack."
            : "Look at HubSpot's status page and at the monitor's health page.",
        isDenied
            ? $"Open the key or app of portal {portal} and give it back what the message above names; an account that is connected by OAuth is connected again."
            : "Until it is mended, look at HubSpot's own activity log: Settings > Account management > Security.",
        "This alert resolves by itself when the history can be read. What happened meanwhile is judged then, up to six days back.",
    ];

    private static string SubjectOf(ActivityCheckpoint feed) => feed.Feed == ActivityFeed.Security ? "security-activity" : "login-history";
}
