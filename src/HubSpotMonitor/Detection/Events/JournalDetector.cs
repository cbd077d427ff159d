using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>The monitor cannot read the webhooks journal. Pushed events still arrive; what only the journal tells does not.</summary>
public static class JournalDetector
{
    private const string Subject = "journal";

    /// <summary>One failed poll happens.</summary>
    private const int FailuresNeeded = 2;

    public static Assessment Assess(JournalCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.FailedPolls switch
        {
            0 => Assessment.Clear(BlindDetector.Rule, Subject),
            < FailuresNeeded => Assessment.Undecided(BlindDetector.Rule, Subject),
            _ => Assessment.Firing(Describe(checkpoint)),
        };
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

    private static string Reason(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken => "HubSpot refuses the app's credentials",
        PollOutcome.MissingScope => "the app lacks a scope",
        PollOutcome.LimitReached => "the daily limit is used up",
        PollOutcome.Unreachable => "HubSpot gives no answer",
        _ => "HubSpot answers in an unknown way",
    };

    private static string Cause(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken => "The app's client secret was rotated, or the client id belongs to another app.",
        PollOutcome.MissingScope => "The app does not have the scope developer.webhooks_journal.read.",
        PollOutcome.Unreachable => "Trouble at HubSpot or on the network between, or too many calls by the app.",
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
