using System.Security.Cryptography;

namespace HubSpotMonitor.Functions.Hosting;

internal static class ContentHash
{
    /// <summary>16 hexadecimal digits: short in an address, and no two of our contents will share them.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
}
