using System.Buffers;
using System.Text;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Spoils texts, in the ways in which readers of texts have been broken.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create(":,[{"u8);

    private static readonly byte[][] Tokens =
    [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFE], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xE6, 0x9D], [0],
        .. new[]
        {
            "\"\\ud800\"", "\"\\udfff\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"", "\\", "null", "true", "NaN", "-", "-0", "1e999", "-1e-999", "99999999999999999999", "9223372036854775807",
            "-9223372036854775808", "0.1", "1.0", "\"\"", "{}", "[]", "[", "]", "{", "}", "[[[[", ",", ",,", ":", "//", "/**/", "\u2028", "\"portalId\":4711,", "\"portalId\":\"4711\",", "\"portalId\":-1,",
            "\"occurredAt\":0,", "\"occurredAt\":1e12,", "\"eventType\":\"\",", "\"eventType\":{},", "\"subscriptionType\":\"/\\\\#?\\t\",", "\"subscriptionType\":null,", "\"attemptNumber\":\"x\",",
            "\"changeSource\":\"INTEGRATION\",\"sourceId\":\"é\\u0000'\",", "\"appId\":54321,", "\"__proto__\":{},",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>The text with one to four things changed; by chance it may be the same again.</summary>
    public byte[] Spoil(byte[] text, byte[] other)
    {
        var spoilt = text;
        for (var changes = random.Next(1, 5); changes > 0; changes--) spoilt = Change(spoilt, other);
        return spoilt;
    }

    private byte[] Change(byte[] text, byte[] other)
    {
        var (start, end) = Part(text);
        return random.Next(12) switch
        {
            0 => Replace(text, start, Math.Min(start + 1, text.Length), [(byte)((start < text.Length ? text[start] : 0) ^ (1 << random.Next(8)))]),
            1 => Replace(text, start, start, Noise(random.Next(1, 9))),
            2 => Replace(text, start, end, []),
            3 => Replace(text, start, start, text.AsSpan(start, end - start)),
            4 => Replace(text, start, end, Piece(other)),
            5 => text[..start],
            6 => Replace(text, start, start, Tokens[random.Next(Tokens.Length)]),
            7 => Replace(text, start, start, Nest(random.Next(1, 300))),
            8 => Replace(text, start, end, Enumerable.Repeat((byte)('0' + random.Next(10)), random.Next(1, 400)).ToArray()),
            9 => Replace(text, start, Math.Min(start + 1, text.Length), Tokens[random.Next(Tokens.Length)]),
            _ => ChangeValue(text, start),
        };
    }

    // Whatever stands from one structural character to the next, so that much of what comes out is JSON still.
    private byte[] ChangeValue(byte[] text, int from)
    {
        var at = text.AsSpan(from).IndexOfAny(Structure);
        if (at < 0) return text;
        var start = from + at + 1;
        var length = text.AsSpan(start).IndexOfAny(",}]"u8);
        return Replace(text, start, random.Next(2) == 0 || length < 0 ? start : start + length, Tokens[random.Next(Tokens.Length)]);
    }

    private (int Start, int End) Part(byte[] text)
    {
        var start = random.Next(text.Length + 1);
        return (start, start + random.Next(Math.Min(60, text.Length - start) + 1));
    }

    private ReadOnlySpan<byte> Piece(byte[] other)
    {
        var (start, end) = Part(other);
        return other.AsSpan(start, end - start);
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Nest(int depth)
    {
        var (opens, closes) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var nest = string.Concat(Enumerable.Repeat(opens, depth)) + "0" + string.Concat(Enumerable.Repeat(closes, random.Next(4) == 0 ? depth - 1 : depth));
        return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? nest : $"\"nest\":{nest},");
    }

    private static byte[] Replace(byte[] text, int start, int end, ReadOnlySpan<byte> by) => [.. text.AsSpan(0, start), .. by, .. text.AsSpan(end)];
}
