using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace HubSpotMonitor.Bus.Tokens;

/// <summary>Signed with the key of a connection string: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas.</summary>
internal sealed class SasTokens(string keyName, string key, TimeProvider clock) : IBusTokens
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public Task<BusToken> GetAsync(string audience, CancellationToken cancellationToken)
    {
        var expires = clock.GetUtcNow() + Life;
        var resource = WebUtility.UrlEncode(audience);
        var seconds = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{seconds}"));
        var value = $"SharedAccessSignature sr={resource}&sig={WebUtility.UrlEncode(Convert.ToBase64String(signature))}&se={seconds}&skn={WebUtility.UrlEncode(keyName)}";
        return Task.FromResult(new BusToken("servicebus.windows.net:sastoken", value, expires));
    }
}
