using System.Security.Cryptography;
using System.Text;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>HubSpot's signatures.</summary>
public static class WebhookSignature
{
    /// <summary><c>X-HubSpot-Signature-v3</c>.</summary>
    public static string V3(string secret, string method, string uri, ReadOnlySpan<byte> body, string timestamp)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(method + uri));
        hash.AppendData(body);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary><c>X-HubSpot-Signature</c> of version 1, which HubSpot still sends beside the other.</summary>
    public static string V1(string secret, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(secret));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
