using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>
/// What no setting may hold. A HubSpot secret, but in <c>Portals:n:Token</c>: names, addresses and texts of settings stand in pages, messages
/// and logs. And a Key Vault reference: App Service leaves one that it could not resolve as it stands
/// (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references), and as a token or secret it would only look wrong to HubSpot.
/// It reads them once a day and after a change of the settings, not at a restart.
/// </summary>
internal sealed class SettingTextsValidator(IConfiguration configuration) : IValidateOptions<PortalsOptions>
{
    private static readonly string[] Sections =
        ["Portals", "Connect", "HubSpot", "Store", "Webhooks", "Posture", "Alerting", "Bus", "Delivery", "Clock"];

    public ValidateOptionsResult Validate(string? name, PortalsOptions options) =>
        Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable()).Where(setting => setting.Value is not null)
            .SelectMany(setting => Wrong(setting.Key, setting.Value!)).ToResult();

    private static IEnumerable<string> Wrong(string setting, string value)
    {
        if (value.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase))
            return [$"{setting} is a Key Vault reference that was not resolved: put the secret into the vault, let the app's identity read it, and have Azure read the references again, which a restart alone does not do (docs/deploy.md, \"The secrets\")."];
        return IsToken(setting) ? [] : SecretPatterns.Find(value).Select(secret => Sentence(setting, secret));
    }

    private static string Sentence(string setting, SecretFound secret) =>
        $"{setting} holds a HubSpot secret ({secret.Fingerprint}): only Portals:n:Token may. Take it out there, and rotate it if others could read these settings.";

    // No expression: to make one that does not backtrack takes a tenth of a cold start.
    private static bool IsToken(string key) => key.Split(':') is [var section, var index, var name]
        && section.Equals("Portals", StringComparison.OrdinalIgnoreCase) && name.Equals("Token", StringComparison.OrdinalIgnoreCase)
        && index.Length > 0 && index.All(char.IsAsciiDigit);
}
