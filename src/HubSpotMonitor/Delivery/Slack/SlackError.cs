using System.Net;

namespace HubSpotMonitor.Delivery.Slack;

/// <summary>
/// What Slack says in the body of a refusal, and what it means.
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (errors) and
/// https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
/// </summary>
/// <param name="Word">As Slack says it.</param>
/// <param name="Advice">What to do, as the end of a sentence.</param>
/// <param name="IsPermanent">This message will never be taken.</param>
/// <param name="IsOfChannel">No message will be, until somebody does what the advice says.</param>
internal sealed record SlackError(string Word, string Advice, bool IsPermanent = false, bool IsOfChannel = false)
{
    private const string NewAddress = "make a new incoming webhook and copy its address to Delivery:Slack:WebhookUrl.";
    private const string AskAdmin = "ask the workspace's administrator to let the app post there.";

    private static readonly SlackError[] Known =
    [
        new("invalid_payload", "it could not read the message.", IsPermanent: true),
        new("invalid_blocks", "it could not read the message.", IsPermanent: true),
        new("no_text", "it could not read the message.", IsPermanent: true),
        new("too_many_attachments", "it could not read the message.", IsPermanent: true),
        new("user_not_found", NewAddress, IsOfChannel: true),
        new("channel_not_found", NewAddress, IsOfChannel: true),
        new("channel_is_archived", "the channel is archived: " + NewAddress, IsOfChannel: true),
        new("no_service", "the webhook is off or removed: " + NewAddress, IsOfChannel: true),
        new("no_service_id", NewAddress, IsOfChannel: true),
        new("no_active_hooks", "the webhook is off: " + NewAddress, IsOfChannel: true),
        new("invalid_token", NewAddress, IsOfChannel: true),
        new("no_team", NewAddress, IsOfChannel: true),
        new("team_disabled", "the workspace is off: " + NewAddress, IsOfChannel: true),
        new("action_prohibited", AskAdmin, IsOfChannel: true),
        new("posting_to_general_channel_denied", AskAdmin, IsOfChannel: true),
        new("rollup_error", "it will be tried again."),
        new("internal_error", "it will be tried again."),
        new("service_unavailable", "it will be tried again."),
        new("rate_limited", "it will be tried again."),
    ];

    /// <summary>Only a body that is such a word and nothing else: what else an answer holds is not ours to repeat.</summary>
    public static SlackError? Find(string body) => Array.Find(Known, error => error.Word == body.Trim());

    public DeliveryException Failure(HttpStatusCode status)
    {
        var sentence = $"Slack answered {Word} ({(int)status}): {Advice}";
        return IsOfChannel ? DeliveryException.OfChannel(sentence) : new(sentence, IsPermanent);
    }
}
