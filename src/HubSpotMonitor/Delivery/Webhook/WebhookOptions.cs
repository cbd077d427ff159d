using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>A signed webhook for a SIEM or one's own program; on when its section exists.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Delivery:Webhook";

    /// <summary>Where findings are posted to. A string, since a failed binding to an address would repeat it in its exception.</summary>
    public string Url { get; set; } = "";

    /// <summary>What signs: <c>whsec_</c> and 24 to 64 bytes in base64. While one is rotated, the new one and the old one: both sign.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>Lets the address lead into a private network. Otherwise the monitor, which stands in one, refuses to call there.</summary>
    public bool AllowPrivateNetwork { get; set; }
}

internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) =>
        Failures(options).ToResult();

    private static IEnumerable<string> Failures(WebhookOptions options)
    {
        if (!ChannelClient.IsSafeAddress(options.Url))
            yield return "Delivery:Webhook:Url must be an https address (http only on this machine).";

        if (options.Secrets.All(string.IsNullOrEmpty))
            yield return "Delivery:Webhook:Secrets is empty: set Delivery:Webhook:Secrets:0 to whsec_ and 32 random bytes in base64 (openssl rand -base64 32).";

        for (var i = 0; i < options.Secrets.Count; i++)
        {
            if (options.Secrets[i].Length > 0 && WebhookSignature.Key(options.Secrets[i]) is null)
                yield return $"Delivery:Webhook:Secrets:{i} is no signing secret: write whsec_ and 24 to 64 random bytes in base64.";
        }
    }
}
