using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>
/// The monitor cannot read the webhooks journal, or not all of it any more. Pushed events still arrive; what only the journal tells does not.
/// </summary>
public static class JournalDetector
{
    private const string Subject = Subjects.Journal;
    private const string GapSubject = Subjects.JournalGap;

    /// <summary>So long somebody may look at what is missing; nothing brings it back.</summary>
    private static readonly TimeSpan GapIsOpen = TimeSpan.FromHours(24);

    /// <summary>A poll that is behind goes on every minute, and catches up with three days of an ordinary journal in less.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromHours(1);

    /// <summary>One failed poll happens.</summary>
    private const int FailuresNeeded = 2;

    /// <summary>What there is to say while the journal is not read on purpose.</summary>
    public static IReadOnlyList<Assessment> Off { get; } =
        [Assessment.Clear(BlindDetector.Rule, Subject), Assessment.Clear(BlindDetector.Rule, GapSubject)];

    public static IReadOnlyList<Assessment> Assess(JournalCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var polls = checkpoint.FailedPolls switch
        {
            0 when checkpoint.IsBehind && checkpoint.LastPollAt - checkpoint.BehindSince > LongestLag => Assessment.Firing(DescribeLag(checkpoint)),
            0 => Assessment.Clear(BlindDetector.Rule, Subject),
            < FailuresNeeded => Assessment.Undecided(BlindDetector.Rule, Subject),
            _ => Assessment.Firing(Describe(checkpoint)),
        };
        var isOpen = checkpoint.Gap is { } gap && checkpoint.LastPollAt - gap.SeenAt < GapIsOpen;
        return [polls, isOpen ? Assessment.Firing(Describe(checkpoint.Gap!)) : Assessment.Clear(BlindDetector.Rule, GapSubject)];
    }

    private static Finding Describe(JournalCheckpoint checkpoint) => new()
    {
        Rule = BlindDetector.Rule,
        Subject = Subject,
        Severity = Severity.High,
        Headline = $"Monitor is blind to the webhooks journal: {Reason(checkpoint.Outcome)}",
        Summary = $"{checkpoint.Says} Nobody sees installations of apps until this is mended, and events lost on the way are not caught up with. Pushed events still arrive.",
        Since = checkpoint.FailingSince ?? checkpoint.LastPollAt,
        Expected = "an answer at every poll",
        Seen = $"{checkpoint.FailedPolls} polls in a row failed",
        Confidence = "Certain: HubSpot's own answers.",
        LikelyCause = Cause(checkpoint.Outcome),
        Steps = Steps(checkpoint.Outcome),
        Evidence = [$"journal@{checkpoint.LastPollAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
    };

    private static Finding Describe(JournalGap gap) => new()
    {
        Rule = BlindDetector.Rule,
        Subject = GapSubject,
        Severity = Severity.High,
        Headline = "Part of the webhooks journal is lost",
        Summary = $"The journal was last read to its end at {gap.From.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and HubSpot no longer knew the place. It was read on from its oldest page; what it told before that is lost, unless it was pushed. Installations of apps are told by the journal only.",
        Since = gap.From,
        Expected = "a poll that reads all at least every three days: so long HubSpot keeps the journal",
        Seen = $"none for {Words.Duration(gap.SeenAt - gap.From)}",
        Confidence = "Certain that the place was forgotten; whether anything happened meanwhile is not known.",
        LikelyCause = "The monitor stood still, or could not read the journal, for longer than HubSpot keeps it.",
        Steps =
        [
            "In HubSpot open Settings > Integrations > Connected apps, of every watched account: is an app there that nobody announced?",
            "In the activity logs look at the time that is missing: who connected apps, made keys, exported?",
            "Find out why nothing was read, and whether somebody wanted it so. This alert ends by itself after a day.",
        ],
        Evidence = [$"journal@{gap.SeenAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
    };

    private static Finding DescribeLag(JournalCheckpoint checkpoint) => new()
    {
        Rule = BlindDetector.Rule,
        Subject = Subject,
        Severity = Severity.High,
        Headline = "Monitor lags behind the webhooks journal",
        Summary = $"For more than an hour no poll has come to the journal's end: it was last read to its end {Words.Duration(checkpoint.LastPollAt - checkpoint.CaughtUpAt!.Value)} ago. Installations of apps are told late, and what is not read within three days is lost. Pushed events still arrive.",
        Since = checkpoint.CaughtUpAt!.Value,
        Expected = "a journal that is read to its end at every poll",
        Seen = $"more was there at every poll for {Words.Duration(checkpoint.LastPollAt - checkpoint.BehindSince!.Value)}",
        Confidence = "Certain: HubSpot had another page each time.",
        LikelyCause = "A migration or an integration that changes very many records, or more journal subscriptions than are needed.",
        Steps =
        [
            "Look at the page Events: which app changes so much, and is it meant to?",
            "Take subscriptions out of the app's journal that nobody needs; installations of apps matter most.",
            "This alert resolves by itself when the journal has been read to its end.",
        ],
        Evidence = [$"journal@{checkpoint.LastPollAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
    };

    private static string Reason(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken => "HubSpot refuses the app's credentials",
        PollOutcome.MissingScope => "the app lacks a scope",
        PollOutcome.LimitReached => "the daily limit is used up",
        PollOutcome.TooFast => "the app makes too many calls for HubSpot",
        PollOutcome.Unreachable => "HubSpot gives no answer",
        _ => "HubSpot answers in an unknown way",
    };

    private static string Cause(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken => "The app's client secret was rotated, or the client id belongs to another app.",
        PollOutcome.MissingScope => "The app does not have the scope developer.webhooks_journal.read.",
        PollOutcome.TooFast => "Something makes very many calls with the app's credentials.",
        PollOutcome.Unreachable => "Trouble at HubSpot or on the network between.",
        _ => "A change on HubSpot's side.",
    };

    private static IReadOnlyList<string> Steps(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken =>
        [
            "Compare Webhooks:JournalClientId and Webhooks:Secrets:0 with the client id and client secret on the app's Auth page.",
            "If nobody rotated the secret on purpose, find out who did: whoever has it can sign false events.",
            "Restart the monitor; this alert resolves by itself at the next good poll. The journal keeps three days.",
        ],
        PollOutcome.MissingScope =>
        [
            "Give the app the scope developer.webhooks_journal.read.",
            "If HubSpot does not offer it to this app, take Webhooks:JournalClientId out of the settings.",
            "Restart the monitor; this alert resolves by itself at the next good poll. The journal keeps three days.",
        ],
        _ =>
        [
            "Look at HubSpot's status page and at the monitor's health page.",
            "Check that the monitor may reach HubSpot, and the https addresses of other hosts at which the journal's pages lie.",
            "Mend it within three days: so long the journal keeps what was missed.",
        ],
    };
}
