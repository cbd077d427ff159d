using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>What arrives at the webhook, and what the journal has.</summary>
internal static class WebhookTargets
{
    private const string Secret = "11111111-2222-3333-4444-555555555555";
    private const string Url = "https://monitor.example.com/webhooks/hubspot";

    /// <summary>As deep as the reader goes.</summary>
    private const int Depth = 256;

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Four lines (v3, time, older signature, its version) and the body. Accepted is what this signs itself, and nothing else.</summary>
    public static FuzzTarget Signature()
    {
        var options = new WebhooksOptions { PublicUrl = new(Url), AllowV1 = true, AllowV2 = true };
        options.Secrets.Add(Secret);
        var check = new SignatureCheck(Options.Create(options), NullLogger<SignatureCheck>.Instance);
        return new("webhook-signature", input =>
        {
            var (lines, body) = Lines(input, 4);
            var request = new SignedRequest
            {
                Method = "POST",
                Body = body,
                SignatureV3 = lines[0],
                Timestamp = lines[1],
                Signature = lines[2],
                SignatureVersion = lines[3],
            };
            var outcome = check.Verify(request, Now);
            ThrowUnless(outcome == IntakeOutcome.Accepted == IsGenuine(request), $"{outcome} is not what it should be.");
            return $"{outcome} {lines.Count(line => line is null)} {body.Length == 0}";
        })
        { Words = Words("\n", "v1", "v2", "v3", "=", "AAAA", "1795521600000", "0", "+", "-", " ", "%", "é", "\0") };
    }

    /// <summary>As many events and dead letters as the array has elements; each event alone is the same event; no secret is left.</summary>
    public static FuzzTarget Payload() => new("webhook-payload", input =>
    {
        var redacted = SecretPatterns.Redact((ReadOnlyMemory<byte>)input);
        ThrowUnless(SecretPatterns.Redact(redacted.Text).Found.Count == 0, "A secret was left.");
        var elements = ElementsOf(redacted.Text);
        if (EventReader.Read(redacted.Text, Now) is not { } batch)
        {
            ThrowUnless(elements is null, "A JSON array was not read.");
            return "no array";
        }
        CheckBatch(batch, elements);
        return $"{batch.Events.Count} {string.Join(',', batch.DeadLetters.Select(letter => letter.Reason[..20]).Distinct().Take(5))} {redacted.Found.Count}";
    });

    /// <summary>Whatever a page holds becomes a JSON array of as many or more elements, of which each is an event or a dead letter.</summary>
    public static FuzzTarget Journal() => new("journal-page", input =>
    {
        if (JournalTranslation.Translate(input) is not { } page) return "no page";
        var elements = ElementsOf(page.Events);
        ThrowUnless(elements is not null, "The translation is no JSON array.");
        var batch = EventReader.Read(page.Events, Now, withJournal: true);
        ThrowUnless(batch is not null, "The translation could not be read.");
        CheckBatch(batch!, elements);
        return $"{Math.Min(batch!.Events.Count, 9)} {Math.Min(batch.DeadLetters.Count, 9)} {string.Join(',', batch.Events.Select(item => item.Type).Distinct().Take(3).Select(type => type[..Math.Min(30, type.Length)]))}";
    });

    private static void CheckBatch(EventBatch batch, int? elements)
    {
        ThrowUnless(
            batch.Events.Count + batch.DeadLetters.Count == elements,
            $"{elements} elements became {batch.Events.Count} events and {batch.DeadLetters.Count} dead letters.");
        foreach (var item in batch.Events)
        {
            ThrowUnless(
                item is { Portal: > 0, Type.Length: > 0 and <= 200, Identity.Length: 24, Source.Length: > 0 } && item.At <= Now.AddDays(1),
                "It is no event.");
            var again = EventReader.Read((byte[])[.. "["u8, .. item.Raw.Span, .. "]"u8], Now)?.Events;
            ThrowUnless(
                again is [{ } same] && (same.Portal, same.At, same.Type) == (item.Portal, item.At, item.Type),
                "On its own it is another event.");
        }
        foreach (var letter in batch.DeadLetters)
            ThrowUnless(letter is { Id.Length: 24, Raw.Length: > 0, Portal: null or > 0 } && letter.Reason.EndsWith('.'), "It is no dead letter.");
    }

    private static bool IsGenuine(SignedRequest request)
    {
        static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
        var body = request.Body.ToArray();
        if (request.SignatureV3 is { } v3)
        {
            return request.Timestamp is { Length: 13 } time && time.All(char.IsAsciiDigit)
                && (Now - DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(time, CultureInfo.InvariantCulture))).Duration()
                    <= TimeSpan.FromMinutes(5)
                && v3 == Convert.ToBase64String(HMACSHA256.HashData(Utf8(Secret), (byte[])[.. Utf8("POST" + Url), .. body, .. Utf8(time)]));
        }
        return request.SignatureVersion switch
        {
            "v2" => request.Signature == Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Utf8(Secret + "POST" + Url), .. body])),
            null or "v1" => request.Signature == Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Utf8(Secret), .. body])),
            _ => false,
        };
    }

    /// <summary>An empty line is a header that is not there.</summary>
    internal static (string?[] Lines, byte[] Body) Lines(byte[] input, int count)
    {
        var lines = new string?[count];
        var rest = input.AsSpan();
        for (var line = 0; line < count; line++)
        {
            var end = rest.IndexOf((byte)'\n');
            var text = Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]);
            lines[line] = text.Length == 0 ? null : text;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return (lines, rest.ToArray());
    }

    internal static IReadOnlyList<byte[]> Words(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    private static int? ElementsOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new() { MaxDepth = Depth });
            return json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.GetArrayLength() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
