using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Store;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>The tokens of links in messages.</summary>
internal static class LinkTarget
{
    // Four for the key's number, eight the account, four the transition, one the act, eight the end.
    private const int Facts = 25;

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<LinkKey> Ring =
    [
        new(2, [.. Enumerable.Range(0, 32).Select(value => (byte)value)], Now),
        new(1, [.. Enumerable.Range(64, 32).Select(value => (byte)value)], Now),
    ];

    /// <summary>A line with the alert's id, and the token: it is ours exactly when its signature is, and signed again it is the same text.</summary>
    public static FuzzTarget Token() => new("act-link", input =>
    {
        var (lines, rest) = WebhookTargets.Lines(input, 1);
        var (id, text) = (lines[0] ?? "", Encoding.Latin1.GetString(rest));
        var (check, token) = ActLinks.Read(id, text, Ring, Now);
        ThrowUnless(check == LinkCheck.Forged == (token is null), "Forged with a token, or genuine without.");
        ThrowUnless((token is not null) == IsSigned(id, text), $"{check} is not what it should be.");
        if (token is null) return $"{check} {text.Length}";
        ThrowUnless(Ring.Any(key => ActLinks.Sign(id, token, key) == text), "Signed again it is another.");
        ThrowUnless(check == LinkCheck.Expired == (Now >= token.ExpiresAt), "Its end is not kept.");
        return $"{check} {token.Act} {token.Portal}";
    })
    { Words = WebhookTargets.Words("\n", "=", "-", "_", "AAAA", "A", "a1b2c3", " ", "+", "/", "%", "\0", "é") };

    private static bool IsSigned(string id, string text)
    {
        if (!Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length != Facts + HMACSHA256.HashSizeInBytes || Base64Url.EncodeToString(bytes) != text) return false;
        return Ring.FirstOrDefault(key => key.Number == BinaryPrimitives.ReadInt32BigEndian(bytes)) is { } signer
            && HMACSHA256.HashData(signer.Key, (byte[])[.. Encoding.UTF8.GetBytes($"act\n{id}\n"), .. bytes[..Facts]])
                .AsSpan()
                .SequenceEqual(bytes.AsSpan(Facts));
    }
}
