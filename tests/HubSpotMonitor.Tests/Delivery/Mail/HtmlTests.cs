using HubSpotMonitor.Delivery.Mail;

namespace HubSpotMonitor.Tests.Delivery.Mail;

public sealed class HtmlTests
{
    [Fact]
    public void Text_in_a_hole_is_encoded()
    {
        Html html = $"<b title=\"{"\"'"}\">{"<i>&"}</b>";
        html.ToString().ShouldBe("<b title=\"&quot;&#x27;\">&lt;i&gt;&amp;</b>");
    }

    [Fact]
    public void Html_in_a_hole_stays_as_it_is()
    {
        Html cell = $"<td>{1}</td>";
        Html row = $"<tr>{cell}{new[] { cell, cell }}</tr>";
        row.ToString().ShouldBe("<tr><td>1</td><td>1</td><td>1</td></tr>");
    }

    [Theory]
    [InlineData("https://example.com/?a=1&b=\"", "https://example.com/?a=1&amp;b=%22")]
    [InlineData("javascript:alert(1)", "about:blank")]
    public void An_address_that_a_browser_would_run_is_left_out(string address, string expected)
    {
        Html html = $"{new Uri(address)}";
        html.ToString().ShouldBe(expected);
    }
}
