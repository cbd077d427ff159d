using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery.Email;

namespace HubSpotMonitor.Tests.Delivery.Teams;

public sealed class AlertCardTests
{
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData("opened"), InlineData("escalated"), InlineData("resolved")]
    public void The_card_looks_as_approved(string kind)
    {
        var card = JsonNode.Parse(AlertCard.Render(MailTests.Message(kind)))!;
        Approved.ShouldMatch(card.ToJsonString(s_readable) + "\n", $"card-{kind}.json");
    }

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
        var text = string.Concat(Enumerable.Repeat(letter, 50_000));
        var finding = Messages.Opened().Finding with
        {
            Headline = text,
            Summary = text,
            Expected = text,
            Seen = text,
            Confidence = text,
            LimitUse = text,
            LikelyCause = text,
            Steps = [text, text, text],
        };
        var card = AlertCard.Render(Messages.Opened() with { Finding = finding, Portal = new(1, text) });
        Encoding.UTF8.GetByteCount(card).ShouldBeLessThan(28_000);
        Blocks(JsonNode.Parse(card)!).ShouldContain(block => block.EndsWith('…'));
    }

    private static IEnumerable<string> Blocks(AlertMessage message) => Blocks(JsonNode.Parse(AlertCard.Render(message))!);

    private static IEnumerable<string> Blocks(JsonNode envelope) =>
        envelope["attachments"]![0]!["content"]!["body"]!.AsArray().Select(block => (string?)block!["text"]).OfType<string>();
}
