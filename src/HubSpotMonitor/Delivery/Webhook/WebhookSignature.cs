using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>
/// Signs as Standard Webhooks asks, so that receivers need no code of ours.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>A secret's bytes; null when it is none. The length is the specification's.</summary>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= 24 and <= 64 ? key[..length] : null;
    }

    /// <summary><c>v1,…</c> for each key, with a space between: during a rotation the receiver finds the one it knows.</summary>
    public static string Sign(string id, DateTimeOffset at, byte[] body, IEnumerable<byte[]> keys)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}"));
    }

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
