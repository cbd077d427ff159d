using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>The monitor does not see the account: the alert that makes silence trustworthy.</summary>
public static class BlindDetector
{
    public const string Rule = RuleIds.MonitorBlind;

    private const string Subject = Subjects.Usage;

    public static Assessment Assess(UsageCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.FailedPolls switch
        {
            0 => Assessment.Clear(Rule, Subject),
            < UsageCheckpoint.BlindAfter => Assessment.Undecided(Rule, Subject),
            _ => Assessment.Firing(Describe(checkpoint)),
        };
    }

    private static Finding Describe(UsageCheckpoint checkpoint) => new()
    {
        Rule = Rule,
        Subject = Subject,
        Severity = Severity.Critical,
        Headline = $"Monitor is blind: {Reason(checkpoint.Outcome)}",
        Summary = $"{checkpoint.Says} Nobody watches this account's API until this is mended.",
        Since = checkpoint.FailingSince ?? checkpoint.LastPollAt,
        Expected = "a usage figure at every poll",
        Seen = $"{checkpoint.FailedPolls} polls in a row without one",
        Confidence = Certainty(checkpoint.Outcome),
        LikelyCause = Cause(checkpoint.Outcome),
        Steps = Steps(checkpoint),
        Evidence = [$"poll@{checkpoint.LastPollAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
    };

    internal static string Certainty(PollOutcome outcome) =>
        outcome == PollOutcome.SecretsAway ? "Certain: HubSpot was not asked." : "Certain: HubSpot's own answers.";

    internal static string Reason(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken => "HubSpot refuses its token",
        PollOutcome.NotConnected => "the account is not connected",
        PollOutcome.WrongApp => "HubSpot refuses its app",
        PollOutcome.MissingScope => "its token lacks a scope",
        PollOutcome.WrongPortal => "its token belongs to another account",
        PollOutcome.LimitReached => "the daily limit is used up",
        PollOutcome.TooFast => "its app makes too many calls for HubSpot",
        PollOutcome.SecretsAway => "its own secrets are out of reach",
        PollOutcome.Unreachable => "HubSpot gives no answer",
        PollOutcome.Malformed => "HubSpot answers in an unknown way",
        PollOutcome.ClockWrong => "the clock is wrong",
        _ => "there is no usage figure",
    };

    internal static string Cause(PollOutcome outcome) => outcome switch
    {
        PollOutcome.DeadToken =>
            "The token was rotated or deactivated; HubSpot also deactivates tokens that it finds in public repositories, so a leak is possible.",
        PollOutcome.NotConnected => "Nobody has connected the account yet, the app was uninstalled there, or its grant was withdrawn.",
        PollOutcome.WrongApp => "The app's client secret was rotated in HubSpot, or the client id belongs to another app.",
        PollOutcome.MissingScope => "The app's scopes were changed, or the plan does not have this feature.",
        PollOutcome.WrongPortal => "Two portals' tokens were mixed up in the settings.",
        PollOutcome.TooFast =>
            "HubSpot counts this limit per app, and the monitor makes a few calls at a poll: something else makes very many with the monitor's app, perhaps with a token that was stolen from it.",
        PollOutcome.SecretsAway => "The store of secrets is down, or the monitor's identity may no longer read it.",
        PollOutcome.Unreachable => "Trouble at HubSpot or on the network between.",
        PollOutcome.Malformed => "HubSpot has changed what it answers, or something on the way answers in its place.",
        PollOutcome.ClockWrong => "The clock of the machine that runs the monitor was moved.",
        _ => "A change on HubSpot's side.",
    };

    internal static IReadOnlyList<string> Steps(UsageCheckpoint checkpoint) => checkpoint.Outcome switch
    {
        PollOutcome.DeadToken =>
        [
            "In HubSpot open Settings > Account management > Security > activity log: who rotated or deactivated the monitor's token, and when?",
            $"If nobody did it on purpose, treat the token as leaked. Make a new one and set it as the token of portal {checkpoint.Portal}.",
            "Restart the monitor; this alert resolves by itself at the next good poll.",
        ],
        PollOutcome.NotConnected =>
        [
            "Open the address in the message above, choose the account and agree.",
            "If it was connected before: in HubSpot's activity log look who uninstalled the app, and ask why.",
            "This alert resolves by itself at the next good poll.",
        ],
        PollOutcome.WrongApp =>
        [
            "In HubSpot open the app and compare its client id and client secret with Connect:ClientId and Connect:ClientSecret.",
            "Set what is right and restart the monitor; accounts that are connected stay so.",
            "This alert resolves by itself at the next good poll.",
        ],
        PollOutcome.MissingScope or PollOutcome.WrongPortal =>
        [
            $"Open the app or service key whose token is set for portal {checkpoint.Portal}.",
            "Give it what the message above names, or put the right token into the settings.",
            "Restart the monitor; this alert resolves by itself at the next good poll.",
        ],
        PollOutcome.TooFast =>
        [
            $"In HubSpot open the app or service key whose token is set for portal {checkpoint.Portal}, and look at its logs: which calls are made with it, and from where?",
            "Nothing but the monitor should use it: rotate its token (of an app by OAuth, its client secret) and set the new one here. Give what else needs one a key of its own.",
            "Restart the monitor; this alert resolves by itself at the next good poll.",
        ],
        PollOutcome.SecretsAway =>
        [
            "Look whether what the message above names is up, and reachable from the monitor.",
            "If it refuses the monitor: find out who took the role away, when, and why.",
            "This alert resolves by itself at the next good poll; until then, watch the account's usage in HubSpot under Development.",
        ],
        _ =>
        [
            "Look at HubSpot's status page and at the monitor's health page.",
            "Check that the monitor's network and clock are right.",
            "Until it is mended, watch the account's usage in HubSpot under Development.",
        ],
    };
}
