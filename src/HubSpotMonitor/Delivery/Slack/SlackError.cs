namespace HubSpotMonitor.Delivery.Slack;

/// <summary>
/// What Slack says in the body of a refusal, and what it means.
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (errors) and
/// https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
/// </summary>
internal sealed record SlackError(string Word, bool IsPermanent, string Advice)
{
    private const string NewAddress = "make a new incoming webhook and copy its address to Delivery:Slack:WebhookUrl.";
    private const string AskAdmin = "ask the workspace's administrator to let the app post there.";

    private static readonly SlackError[] s_known =
    [
        new("invalid_payload", true, "it could not read the message."),
        new("invalid_blocks", true, "it could not read the message."),
        new("no_text", true, "it could not read the message."),
        new("too_many_attachments", true, "it could not read the message."),
        new("user_not_found", true, NewAddress),
        new("channel_not_found", true, NewAddress),
        new("channel_is_archived", true, "the channel is archived: " + NewAddress),
        new("no_service", true, "the webhook is off or removed: " + NewAddress),
        new("no_service_id", true, NewAddress),
        new("no_active_hooks", true, "the webhook is off: " + NewAddress),
        new("invalid_token", true, NewAddress),
        new("no_team", true, NewAddress),
        new("team_disabled", true, "the workspace is off: " + NewAddress),
        new("action_prohibited", true, AskAdmin),
        new("posting_to_general_channel_denied", true, AskAdmin),
        new("rollup_error", false, "it will be tried again."),
        new("internal_error", false, "it will be tried again."),
        new("service_unavailable", false, "it will be tried again."),
        new("rate_limited", false, "it will be tried again."),
    ];

    /// <summary>Only a body that is such a word and nothing else: what else an answer holds is not ours to repeat.</summary>
    public static SlackError? Find(string body) => Array.Find(s_known, error => error.Word == body.Trim());
}
