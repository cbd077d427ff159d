using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Slack;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery.Slack;

public sealed class SlackMessageTests
{
    [Theory]
    [InlineData("a"), InlineData("&"), InlineData("<"), InlineData("😀"), InlineData("\"")]
    public void The_largest_message_keeps_Slacks_limits(string letter)
    {
        var blocks = Blocks(Messages.Everywhere(string.Concat(Enumerable.Repeat(letter, 50_000))));
        blocks.Count.ShouldBeInRange(5, 50);
        foreach (var block in blocks)
        {
            var most = (string?)block!["type"] switch { "header" => 150, "context" => 2000, _ => 3000 };
            Texts(block).ShouldAllBe(text => text.Length >= 1 && text.Length <= most);
            (block["fields"]?.AsArray().Count ?? 0).ShouldBeLessThanOrEqualTo(10);
            Texts(block["fields"]).ShouldAllBe(text => text.Length <= 2000);
        }
    }

    [Fact]
    public void An_address_is_whole_or_left_out()
    {
        var links = Texts(Blocks(Messages.Everywhere("text"))).Single(text => text.StartsWith("<https", StringComparison.Ordinal));
        links.Split(" · ").ShouldAllBe(
            link => link.EndsWith("|text>") || link.EndsWith("|Open the page>") || link.EndsWith("|Runbook>") || link.EndsWith("|Raw JSON>"));
        links.ShouldStartWith("<https://monitor.example.com/alerts/a1b2c3|Open the page>");
    }

    [Fact]
    public void What_others_wrote_can_neither_call_people_nor_link_nor_format()
    {
        var evil = "<!channel> <@U123> <https://evil.example|here> *bold* :skull: & more";
        var finding = Messages.Opened().Finding with { Headline = evil, Summary = evil, Steps = [evil], LikelyCause = evil, Seen = evil };
        var blocks = Blocks(Messages.Opened() with { Finding = finding, Portal = new(6, evil) });
        var texts = Texts(blocks).Where(text => text.Contains("evil.example", StringComparison.Ordinal)).ToList();
        texts.Count.ShouldBeGreaterThan(3);
        foreach (var text in texts)
            text.ShouldContain("&lt;!channel&gt; &lt;@U123&gt; &lt;https://evil.example|here&gt; *bold* :skull: &amp; more");
        // Plain text objects are shown as they are.
        var objects = Objects(blocks).Where(text => ((string)text["text"]!).Contains("skull", StringComparison.Ordinal)).ToList();
        objects.Count.ShouldBe(texts.Count);
        objects.ShouldAllBe(text => (string?)text["type"] == "plain_text" && !(bool)text["emoji"]!);
    }

    private static JsonArray Blocks(AlertMessage message) => JsonNode.Parse(SlackMessage.Render(message))!["blocks"]!.AsArray();

    private static IEnumerable<string> Texts(JsonNode? node) => Objects(node).Select(text => (string)text["text"]!);

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject text when text["text"] is JsonValue => [text],
        JsonObject other => other.SelectMany(member => Objects(member.Value)),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };
}
