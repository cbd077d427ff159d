using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Signs as HubSpot does, written apart from the product's own code.</summary>
internal static class Signed
{
    public const string Url = "https://localhost/webhooks/hubspot";
    public const string Secret = "11111111-2222-3333-4444-555555555555";
    public const string OtherSecret = "66666666-7777-8888-9999-000000000000";

    public static SignedRequest Request(string body, DateTimeOffset at, string secret = Secret, string url = Url) =>
        Request(Encoding.UTF8.GetBytes(body), at, secret, url);

    public static SignedRequest Request(byte[] body, DateTimeOffset at, string secret = Secret, string url = Url)
    {
        var timestamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return new() { Method = "POST", Body = body, Timestamp = timestamp, SignatureV3 = V3(secret, "POST", url, body, timestamp) };
    }

    /// <summary>The headers as they stand in a request that is written by hand; a blank line or more headers follow.</summary>
    public static string Headers(DateTimeOffset at)
    {
        var request = Request("", at, OtherSecret);
        return $"X-HubSpot-Signature-v3: {request.SignatureV3}\r\nX-HubSpot-Request-Timestamp: {request.Timestamp}\r\n";
    }

    public static string V3(string secret, string method, string url, byte[] body, string timestamp) =>
        Convert.ToBase64String(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            (byte[])[.. Encoding.UTF8.GetBytes(method + url), .. body, .. Encoding.UTF8.GetBytes(timestamp)]));

    public static string V2(string secret, string method, string url, string body) => Hash(secret + method + url + body);

    public static string V1(string secret, string body) => Hash(secret + body);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
