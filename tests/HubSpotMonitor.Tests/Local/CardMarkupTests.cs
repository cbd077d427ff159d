using HubSpotMonitor.Local.Inbox;

namespace HubSpotMonitor.Tests.Local;

public sealed class CardMarkupTests
{
    [Theory]
    [InlineData("**bold** and _italic_", "<strong>bold</strong> and <em>italic</em>")]
    [InlineData("snake_case_name stays", "snake_case_name stays")]
    [InlineData(@"p \< 1e-9, \*\*not bold\*\*", "p &lt; 1e-9, **not bold**")]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData(
        "[page](https://a.example/?x=1&y=2)", """<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">page</a>""")]
    [InlineData("[page](javascript:alert(1))", "[page](javascript:alert(1))")]
    [InlineData(
        """[page](https://a.example/"onclick=x)""",
        """<a href="https://a.example/&quot;onclick=x" target="_blank" rel="noopener noreferrer">page</a>""")]
    [InlineData("one\ntwo", "one<br>two")]
    [InlineData("- one\n- two", """<span class="bullet">one</span><br><span class="bullet">two</span>""")]
    public void Markup_becomes_HTML_and_nothing_else_does(string text, string html) => CardMarkup.ToHtml(text).ShouldBe(html);
}
