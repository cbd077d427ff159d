using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>Cards in a Teams channel or chat through a workflow; on when its section exists.</summary>
public sealed class TeamsOptions
{
    public const string Section = "Delivery:Teams";

    /// <summary>
    /// The address that the workflow "When a Teams webhook request is received" shows. Its query holds a signature: who has the address can post.
    /// A string, since a failed binding to an address would repeat it in its exception.
    /// </summary>
    public string WorkflowUrl { get; set; } = "";
}

internal sealed class TeamsOptionsValidator : IValidateOptions<TeamsOptions>
{
    public ValidateOptionsResult Validate(string? name, TeamsOptions options) => ChannelClient.IsSafeAddress(options.WorkflowUrl)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            "Delivery:Teams:WorkflowUrl must be an https address (http only on this machine): "
            + "copy it from the workflow \"When a Teams webhook request is received\".");
}
