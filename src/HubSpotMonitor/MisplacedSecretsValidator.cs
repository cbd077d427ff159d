using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>
/// A HubSpot secret in any setting but <c>Portals:n:Token</c> stops the start: names, addresses and texts of settings stand in pages, messages
/// and logs.
/// </summary>
internal sealed class MisplacedSecretsValidator(IConfiguration configuration) : IValidateOptions<PortalsOptions>
{
    private static readonly string[] Sections = ["Portals", "Connect", "HubSpot", "Store", "Webhooks", "Posture", "Alerting", "Bus", "Delivery", "Clock"];

    public ValidateOptionsResult Validate(string? name, PortalsOptions options)
    {
        var wrong = Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(setting => setting.Value is not null && !IsToken(setting.Key))
            .SelectMany(setting => SecretPatterns.Find(setting.Value!).Select(secret => Sentence(setting.Key, secret)))
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static string Sentence(string setting, SecretFound secret) =>
        $"{setting} holds a HubSpot secret ({secret.Fingerprint}): only Portals:n:Token may. Take it out there, and rotate it if others could read these settings.";

    // No expression: to make one that does not backtrack takes a tenth of a cold start.
    private static bool IsToken(string key) => key.Split(':') is [var section, var index, var name]
        && section.Equals("Portals", StringComparison.OrdinalIgnoreCase) && name.Equals("Token", StringComparison.OrdinalIgnoreCase)
        && index.Length > 0 && index.All(char.IsAsciiDigit);
}
