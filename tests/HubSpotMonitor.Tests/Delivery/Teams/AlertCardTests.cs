using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery.Teams;

public sealed class AlertCardTests
{
    [Fact]
    public void A_hostile_name_shows_as_typed()
    {
        var title = Blocks(Messages.Hostile()).First();
        title.ShouldBe(@"▲ High: \[x\](http://evil.example) \*\*bold\*\* \<img src=x onerror=alert(1)\>");
        Blocks(Messages.Hostile()).ShouldContain(@"\{\{DATE(2017-02-14T06:00:00Z,SHORT)\}\} \&lt;b\&gt; \</td\>\</table\>\<script\>");
    }

    [Theory]
    [InlineData("東"), InlineData("*"), InlineData("😀"), InlineData("\""), InlineData("a")]
    public void The_largest_card_fits_what_Teams_takes(string letter)
    {
        var card = AlertCard.Render(Messages.Everywhere(string.Concat(Enumerable.Repeat(letter, 50_000))));
        Encoding.UTF8.GetByteCount(card).ShouldBeLessThan(28_000);
        Blocks(JsonNode.Parse(card)!).ShouldContain(block => block.EndsWith('…'));
    }

    [Fact]
    public void Teams_draws_the_chart_itself_and_others_show_the_line()
    {
        var chart = Body(Messages.Opened()).Single(block => (string?)block!["type"] == "Chart.VerticalBar")!;
        var bars = chart["data"]!.AsArray();
        bars.Count.ShouldBe(24);
        bars.Count(bar => (string?)bar!["color"] == "attention").ShouldBe(bars.Count(bar => ((string?)bar!["x"])!.EndsWith('▲')));
        bars.Max(bar => (double)bar!["y"]!).ShouldBe(2140);
        bars.Select(bar => (string?)bar!["x"]).ShouldBeUnique();
        ((string)chart["fallback"]!["items"]![0]!["text"]!).ShouldContain("█");
    }

    [Fact]
    public void Every_action_is_a_button_that_opens_its_page()
    {
        var actions = JsonNode.Parse(AlertCard.Render(Situations.Get("theft-opened")))!["attachments"]![0]!["content"]!["actions"]!.AsArray();
        actions.ShouldAllBe(action => (string?)action!["type"] == "Action.OpenUrl");
        actions.Select(action => (string?)action!["title"]).ShouldBe(["Acknowledge", "Snooze 1 h", "Snooze 8 h", "Expected", "Open alert"]);
    }

    private static JsonArray Body(AlertMessage message) =>
        JsonNode.Parse(AlertCard.Render(message))!["attachments"]![0]!["content"]!["body"]!.AsArray();

    private static IEnumerable<string> Blocks(AlertMessage message) => Blocks(JsonNode.Parse(AlertCard.Render(message))!);

    private static IEnumerable<string> Blocks(JsonNode envelope) =>
        envelope["attachments"]![0]!["content"]!["body"]!.AsArray().Select(block => (string?)block!["text"]).OfType<string>();
}
