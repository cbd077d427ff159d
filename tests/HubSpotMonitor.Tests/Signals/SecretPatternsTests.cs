using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

public sealed partial class SecretPatternsTests
{
    private static readonly string[] Centres = ["na1", "na2", "na3", "eu1", "eu2", "ap1"];

    private static readonly Gen<string> Uuids = Gen.Guid.Select(guid => guid.ToString());

    /// <summary>Each with the beginning of its fingerprint.</summary>
    private static readonly Gen<(string Print, string Text)> Secrets = Gen.OneOf(
        Gen.Select(One(Centres), Uuids, Gen.Bool)
            .Select((centre, uuid, loud) => ("pat-", loud ? $"PAT-{centre}-{uuid}".ToUpperInvariant() : $"pat-{centre}-{uuid}")),
        Uuids.Select(uuid => ("hapikey", $"hapikey={uuid}")),
        Gen.Select(One("CiRuYTEt", "CiRuYTIt", "CiRldTEt", "CiRhcDEt"), Gen.Char.AlphaNumeric.Array[80, 120])
            .Select((head, rest) => ("personal access key", head + new string(rest))));

    private static readonly string[] Shells =
    [
        "{0}", "{{\"token\": \"{0}\"}}", "token: {0}\nnext: line", "https://api.hubapi.com/x?{0}&limit=1", "Authorization: Bearer {0}",
        "<a href='{0}'>", "[{0}]", "a,{0};b", "curl -H \"{0}\" # note",
    ];

    [Fact]
    public void A_planted_secret_is_found_wherever_it_stands_and_at_most_four_of_its_letters_are_told() =>
        Gen.Select(Secrets, One(Shells), Gen.String[0, 200]).Sample((secret, shell, noise) =>
        {
            var text = $"{noise} {string.Format(System.Globalization.CultureInfo.InvariantCulture, shell, secret.Text)} {noise}";
            var found = SecretPatterns.Find(text).Where(one => one.Fingerprint.StartsWith(secret.Print, StringComparison.Ordinal)).ToList();
            var tail = secret.Text[^4..];
            found.ShouldContain(one => one.Fingerprint.EndsWith(tail, StringComparison.OrdinalIgnoreCase));
            var redacted = SecretPatterns.Redact(text);
            redacted.ShouldNotContain(secret.Text[8..^4], Case.Insensitive);
            redacted.Count(letter => letter == '\n').ShouldBe(text.Count(letter => letter == '\n'));
            foreach (var one in found) Form().IsMatch(one.Fingerprint).ShouldBeTrue(one.Fingerprint);
        }, iter: 2000);

    [Fact]
    public void In_bytes_a_secret_is_replaced_and_every_other_byte_stays_as_it_came() =>
        Gen.Select(Secrets, Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 60]).Sample((secret, before, after) =>
        {
            byte[] text = [.. before, (byte)' ', .. Encoding.ASCII.GetBytes(secret.Text), (byte)' ', .. after];
            var redacted = SecretPatterns.Redact(text);
            // The name before an old key is no secret.
            var kept = (secret.Print == "hapikey" ? "hapikey=" : "") + redacted.Found.ShouldHaveSingleItem().Fingerprint;
            redacted.Text.ToArray().ShouldBe([.. before, (byte)' ', .. Encoding.UTF8.GetBytes(kept), (byte)' ', .. after]);
        }, iter: 2000);

    [Fact]
    public void Bytes_without_secrets_are_not_copied()
    {
        ReadOnlyMemory<byte> text = Encoding.UTF8.GetBytes("the circle of pat-na1-0000 – no secret");
        SecretPatterns.Redact(text).Text.Equals(text).ShouldBeTrue();
    }

    [Fact]
    public void Whatever_the_text_the_answer_has_one_of_three_forms() =>
        Gen.String[One([.. "pat-na1CiRuYTEhkey=0123456789abcdef- \n\""]), 0, 400].Sample(
            text => SecretPatterns.Find(text).ShouldAllBe(one => Form().IsMatch(one.Fingerprint)),
            iter: 3000);

    [Theory]
    [InlineData("pat-na1-11111111-2222-3333-4444-55555555567")] // a digit short
    [InlineData("pat-na1-11111111-2222-3333-4444-5555555556789")] // one too many
    [InlineData("pat-na1-…5678")] // our own fingerprint
    [InlineData("11111111-2222-3333-4444-555555555678")]
    [InlineData("CiRuYTEtshort")]
    [InlineData("pattern-na1-11111111-2222-3333-4444-555555555678")]
    public void What_only_looks_alike_is_left_alone(string text) => SecretPatterns.Find(text).ShouldBeEmpty();

    [Theory]
    [InlineData("\"hapikey\": \"11111111-2222-3333-4444-555555555678\"")]
    [InlineData("hapikey: 11111111-2222-3333-4444-555555555678")]
    [InlineData("hapikey%3D11111111-2222-3333-4444-555555555678")]
    public void The_old_key_is_found_in_settings_too(string text) =>
        SecretPatterns.Find(text).ShouldHaveSingleItem().Fingerprint.ShouldBe("hapikey …5678");

    [Theory]
    [InlineData("""{"hapikey":"11111111-2222-3333-4444-555555555678"}""")]
    [InlineData("""{"propertyValue":"{\"hapikey\":\"11111111-2222-3333-4444-555555555678\"}"}""")]
    public void What_was_JSON_is_JSON_without_the_old_key(string json)
    {
        var redacted = SecretPatterns.Redact(Encoding.UTF8.GetBytes(json));
        redacted.Found.ShouldHaveSingleItem().Fingerprint.ShouldBe("hapikey …5678");
        foreach (var text in (string[])[Encoding.UTF8.GetString(redacted.Text.Span), SecretPatterns.Redact(json)])
        {
            JsonDocument.Parse(text).Dispose();
            text.ShouldNotContain("2222");
        }
    }

    [Fact]
    public void A_long_text_without_secrets_is_read_in_one_go() =>
        SecretPatterns.Find(string.Concat(Enumerable.Repeat("pat-na1-11111111-2222-3333-4444-", 100_000))).ShouldBeEmpty();

    private static Gen<T> One<T>(params IReadOnlyList<T> choices) => Gen.Int[0, choices.Count - 1].Select(index => choices[index]);

    [GeneratedRegex(@"\A(pat-[a-z]{2,3}[0-9]{1,2}-|personal access key |hapikey )…[A-Za-z0-9+/_-]{4}\z")]
    private static partial Regex Form();
}
