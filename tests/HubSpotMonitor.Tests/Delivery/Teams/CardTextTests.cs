using HubSpotMonitor.Delivery.Teams;

namespace HubSpotMonitor.Tests.Delivery.Teams;

public sealed class CardTextTests
{
    [Theory]
    [InlineData("Acme (123) - 41 % #1", "Acme (123) - 41 % #1")]
    [InlineData("[x](http://evil)", @"\[x\](http://evil)")]
    [InlineData("**_`~", @"\*\*\_\`\~")]
    [InlineData("# Big", @"\# Big")]
    [InlineData("- item", @"\- item")]
    [InlineData("12. item", @"12\. item")]
    [InlineData("1) item", @"1\) item")]
    [InlineData("6.2x", "6.2x")]
    [InlineData(@"C:\temp", @"C:\\temp")]
    public void Text_is_escaped_only_where_a_card_would_read_Markdown(string text, string escaped) => CardText.Escape(text).ShouldBe(escaped);
}
