using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery;

/// <summary>Section <c>Delivery</c>: what holds for all channels.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>
    /// The channel that gets what another one gave up, and what waits for one that refuses everything, has taken nothing for
    /// a quarter of an hour, or is taken out of the settings: <c>teams</c>. Empty: none; what waits for one that is taken out
    /// then goes to all channels, whatever the routes say.
    /// </summary>
    public string Fallback { get; set; } = "";

    /// <summary>Messages show network addresses without their last part: <c>203.0.113.x</c>.</summary>
    public bool MaskAddresses { get; set; }

    /// <summary>Messages show mail addresses without their name: <c>a…@example.com</c>.</summary>
    public bool MaskMail { get; set; }
}

internal sealed class DeliveryOptionsValidator(IConfiguration configuration) : IValidateOptions<DeliveryOptions>
{
    // A channel is on when its section exists, and is named after it.
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options) =>
        options.Fallback.Length == 0 || configuration.GetSection($"{DeliveryOptions.Section}:{options.Fallback}").GetChildren().Any()
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Delivery:Fallback is '{options.Fallback}': name a channel that is configured under Delivery, for example email, or leave it empty.");
}
