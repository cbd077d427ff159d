using HubSpotMonitor.Delivery;

namespace HubSpotMonitor.Tests.Delivery;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("Acme", "Acme")]
    [InlineData(null, "")]
    [InlineData(" two\t words\u00a0\u2028here ", "two words here")]
    [InlineData("Subject\r\nBcc: x@example.com", "Subject Bcc: x@example.com")]
    [InlineData("a\u202Egnp.exe\u2066\u200B\uFEFFb", "agnp.exeb")]
    [InlineData("bell\u0007 null\0 escape\u001b[31m", "bell null escape [31m")]
    [InlineData("Café 東京 👩‍💻", "Café 東京 👩‍💻")]
    public void Text_becomes_one_harmless_line(string? text, string line) => SafeText.Line(text, 100).ShouldBe(line);

    [Fact]
    public void Half_a_character_becomes_the_sign_for_an_unreadable_one() => SafeText.Line("a\ud83d", 100).ShouldBe("a\ufffd");

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("123456", "1234…")]
    [InlineData("123😀6", "123…")]
    public void Long_text_is_cut_between_characters(string text, string line) => SafeText.Line(text, 5).ShouldBe(line);
}
