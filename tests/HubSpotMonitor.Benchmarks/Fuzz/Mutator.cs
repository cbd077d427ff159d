using System.Text;

namespace HubSpotMonitor.Benchmarks.Fuzz;

/// <summary>Spoils texts, in the ways in which readers of texts have been broken.</summary>
/// <param name="random">What decides.</param>
/// <param name="words">What the readers' language is made of; empty: it is JSON.</param>
public sealed class Mutator(Random random, IReadOnlyList<byte[]>? words = null)
{
    private static readonly byte[][] Values =
    [.. new[]
    {
        "\"\\ud800\"", "\"\\udfff\\ud800\"", "\"\\u0000\"", "\"/\\\\#?\\t\"", "\"\"", "\"é\\u0000'\"", "\"\u2028\"", "\"INTEGRATION\"", "\"4711\"",
        "4711", "null", "true", "-0", "1e999", "-1e-999", "0.1", "1.0",
        "99999999999999999999", "9223372036854775807", "-9223372036854775808", "1e12", "{}", "[]", "[[[[]]]]", "{\"a\":{\"portalId\":1}}", "{\"\":0}",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Names =
    [.. new[]
    {
        "portalId", "occurredAt", "eventType", "subscriptionType", "attemptNumber", "changeSource", "sourceId", "appId", "eventId", "__proto__", "",
        "\\u0070ortalId", "\\ud800",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Tokens =
    [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFE], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xE6, 0x9D], [0],
        .. new[] { "\"\\x\"", "\"", "\\", "NaN", "-", "[", "]", "{", "}", "[[[[", ",", ",,", ":", "//", "/**/", "\u2028" }
            .Select(Encoding.UTF8.GetBytes),
        .. Values,
    ];

    /// <summary>The text with one to four things changed; by chance it may be the same again.</summary>
    public byte[] Spoil(byte[] text, byte[] other)
    {
        var spoilt = text;
        for (var changes = 1 + (random.Next(4) * random.Next(2)); changes > 0; changes--) spoilt = Change(spoilt, other);
        return spoilt;
    }

    private byte[] Change(byte[] text, byte[] other)
    {
        var (start, end) = Part(text);
        return random.Next(17) switch
        {
            0 => Replace(text, start, Math.Min(start + 1, text.Length), [(byte)((start < text.Length ? text[start] : 0) ^ (1 << random.Next(8)))]),
            1 => Replace(text, start, start, Noise(random.Next(1, 9))),
            2 => Replace(text, start, end, []),
            3 => Replace(text, start, start, text.AsSpan(start, end - start)),
            4 => Replace(text, start, end, Piece(other)),
            5 => text[..start],
            6 => Replace(text, start, start, Word()),
            7 => Replace(text, start, start, Nest(random.Next(1, 300))),
            8 => Replace(text, start, end, Enumerable.Repeat((byte)('0' + random.Next(10)), random.Next(1, 400)).ToArray()),
            9 => Replace(text, start, Math.Min(start + 1, text.Length), Word()),
            10 => Replace(text, start, start, Many(text.AsSpan(start, end - start), random.Next(1, 400))),
            11 or 12 or 13 or 14 or 15 or 16 when !IsJson => Replace(text, start, random.Next(2) == 0 ? start : end, Word()),
            11 or 12 => AddField(text, start),
            _ => ChangeValue(text, start),
        };
    }

    private bool IsJson => words is not [_, ..];

    private byte[] Word() => IsJson ? Tokens[random.Next(Tokens.Length)] : words![random.Next(words.Count)];

    // Long texts show what costs the square of their length.
    private static byte[] Many(ReadOnlySpan<byte> part, int times)
    {
        var many = new byte[part.Length * times];
        for (var place = 0; place < many.Length; place += part.Length) part.CopyTo(many.AsSpan(place));
        return many;
    }

    // Much of what comes out of these two is JSON still.
    private byte[] ChangeValue(byte[] text, int from)
    {
        var at = text.AsSpan(from).IndexOf((byte)':');
        if (at < 0) return text;
        var start = from + at + 1;
        var length = text.AsSpan(start).IndexOfAny(",}]"u8);
        return Replace(text, start, length < 0 ? start : start + length, Values[random.Next(Values.Length)]);
    }

    private byte[] AddField(byte[] text, int from)
    {
        var at = text.AsSpan(from).IndexOf((byte)'{');
        return at < 0
            ? text
            : Replace(text, from + at + 1, from + at + 1,
                [.. "\""u8, .. Names[random.Next(Names.Length)], .. "\":"u8, .. Values[random.Next(Values.Length)], .. ","u8]);
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
        var nest = string.Concat(Enumerable.Repeat(opens, depth))
            + "0"
            + string.Concat(Enumerable.Repeat(closes, random.Next(4) == 0 ? depth - 1 : depth));
        return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? nest : $"\"nest\":{nest},");
    }

    private static byte[] Replace(byte[] text, int start, int end, ReadOnlySpan<byte> by) => [.. text.AsSpan(0, start), .. by, .. text.AsSpan(end)];
}
