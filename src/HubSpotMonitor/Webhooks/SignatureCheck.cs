using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Webhooks;

/// <summary>
/// Tells HubSpot's requests from all others (developers.hubspot.com, "Validating requests"). Where a v3 signature is given it alone decides,
/// so that nobody can fall back to a weaker one.
/// </summary>
public sealed partial class SignatureCheck
{
    /// <summary>HubSpot's own bound for age. It names none for the future; a clock that runs ahead deserves the same.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly WebhooksOptions _options;
    private readonly byte[][] _secrets;
    private readonly byte[] _url;
    private readonly byte[] _decodedUrl;

    public SignatureCheck(IOptions<WebhooksOptions> options, ILogger<SignatureCheck> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        if (_options.AllowV1) LogWeak(logger, "v1", "It signs neither time nor address, so it cannot stop replays.");
        if (_options.AllowV2) LogWeak(logger, "v2", "It signs no time, so it cannot stop replays.");
        _secrets = [.. _options.Secrets.Where(secret => !string.IsNullOrWhiteSpace(secret)).Select(Encoding.UTF8.GetBytes)];
        // As written in the settings: Uri would put right what HubSpot signs as it is.
        var url = _options.PublicUrl?.OriginalString ?? "";
        _url = Encoding.UTF8.GetBytes(url);
        _decodedUrl = Encoding.UTF8.GetBytes(DecodeForV3(url));
    }

    /// <returns><see cref="IntakeOutcome.Accepted"/>, or what is wrong.</returns>
    public IntakeOutcome Verify(SignedRequest request, DateTimeOffset now) =>
        RefuseByHeaders(request, now) ?? (IsGenuine(request) ? IntakeOutcome.Accepted : IntakeOutcome.SignatureWrong);

    /// <summary>What the headers alone tell, while nobody has read the body.</summary>
    /// <returns>What is wrong; null: the body decides.</returns>
    public IntakeOutcome? RefuseByHeaders(SignedRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.SignatureV3 is { } v3) return RefuseV3(v3, request.Timestamp, now);
        if (request.Signature is not { } old) return IntakeOutcome.SignatureMissing;
        var isAllowed = request.SignatureVersion switch
        {
            "v2" => _options.AllowV2,
            null or "v1" => _options.AllowV1,
            _ => false,
        };
        if (!isAllowed) return IntakeOutcome.SignatureVersionRefused;
        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        _ = Convert.FromHexString(old, claimed, out _, out _);
        return Convert.ToHexStringLower(claimed) == old ? null : IntakeOutcome.SignatureMalformed;
    }

    /// <summary>The only letters that HubSpot writes out before it signs, apart from the query's first <c>?</c>, which is never encoded.</summary>
    internal static string DecodeForV3(string url) =>
        Encoded().Replace(url, match => ((char)byte.Parse(match.ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    private static IntakeOutcome? RefuseV3(string signature, string? timestamp, DateTimeOffset now)
    {
        if (timestamp is null) return IntakeOutcome.TimestampMissing;
        // Digits only: what is no number would never be too old.
        if (timestamp.Length != 13 || !timestamp.All(char.IsAsciiDigit)) return IntakeOutcome.TimestampMalformed;
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        if (age > Tolerance) return IntakeOutcome.TimestampTooOld;
        if (age < -Tolerance) return IntakeOutcome.TimestampInFuture;

        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // Written back, since other letters can stand for the same bytes and HubSpot
        // writes them in one way. What cannot be read is not written back either.
        _ = Convert.TryFromBase64String(signature, claimed, out _);
        return Convert.ToBase64String(claimed) == signature ? null : IntakeOutcome.SignatureMalformed;
    }

    // Of a request whose headers are in order.
    private bool IsGenuine(SignedRequest request)
    {
        if (request.SignatureV3 is { } v3)
        {
            Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
            _ = Convert.TryFromBase64String(v3, claimed, out _);
            return IsOfOneSecret(request, request.Timestamp!, claimed);
        }
        return request.SignatureVersion == "v2"
            ? IsOldOfOneSecret(request.Signature!, [Encoding.UTF8.GetBytes(request.Method), _url, request.Body])
            : IsOldOfOneSecret(request.Signature!, [request.Body]);
    }

    private bool IsOfOneSecret(SignedRequest request, string timestamp, ReadOnlySpan<byte> claimed)
    {
        // One piece, since hashing one piece needs no state on the heap.
        var body = request.Body.Span;
        var buffer = ArrayPool<byte>.Shared.Rent(request.Method.Length + _decodedUrl.Length + body.Length + timestamp.Length);
        try
        {
            var length = Encoding.ASCII.GetBytes(request.Method, buffer);
            _decodedUrl.CopyTo(buffer, length);
            length += _decodedUrl.Length;
            body.CopyTo(buffer.AsSpan(length));
            length += body.Length;
            length += Encoding.ASCII.GetBytes(timestamp, buffer.AsSpan(length));

            Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
            foreach (var secret in _secrets)
            {
                _ = HMACSHA256.HashData(secret, buffer.AsSpan(0, length), expected);
                if (CryptographicOperations.FixedTimeEquals(expected, claimed)) return true;
            }
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Versions 1 and 2 are a plain hash that begins with the secret.
    private bool IsOldOfOneSecret(string signature, ReadOnlySpan<ReadOnlyMemory<byte>> signed)
    {
        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        _ = Convert.FromHexString(signature, claimed, out _, out _);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var secret in _secrets)
        {
            hash.AppendData(secret);
            foreach (var piece in signed) hash.AppendData(piece.Span);
            _ = hash.GetHashAndReset(expected);
            if (CryptographicOperations.FixedTimeEquals(expected, claimed)) return true;
        }
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "Webhooks: signatures of version {Version} are accepted where a request has no v3. {Weakness}")]
    private static partial void LogWeak(ILogger logger, string version, string weakness);

    [GeneratedRegex("%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Encoded();
}
