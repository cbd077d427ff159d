using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Slack;

/// <summary>Messages in a Slack channel through an incoming webhook; on when its section exists.</summary>
public sealed class SlackOptions
{
    public const string Section = "Delivery:Slack";

    /// <summary>
    /// The address that Slack shows for the app's incoming webhook: who has it can post.
    /// A string, since a failed binding to an address would repeat it in its exception.
    /// </summary>
    public string WebhookUrl { get; set; } = "";
}

internal sealed class SlackOptionsValidator : IValidateOptions<SlackOptions>
{
    public ValidateOptionsResult Validate(string? name, SlackOptions options) => ChannelClient.IsSafeAddress(options.WebhookUrl)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            "Delivery:Slack:WebhookUrl must be an https address (http only on this machine): "
            + "copy it from the Slack app's page Incoming Webhooks.");
}
