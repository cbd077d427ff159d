using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Delivery.Slack;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Delivery.Webhook;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>How real situations look on every channel; somebody looked at the files under Approved.</summary>
public sealed class RenderingTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string> Situation => [.. Situations.Names];

    [Theory]
    [MemberData(nameof(Situation))]
    public void The_mail_looks_as_approved(string situation) => Approved.ShouldMatch(Mail(situation).Html, $"mail-{situation}.html");

    [Theory]
    [MemberData(nameof(Situation))]
    public void The_plain_mail_reads_as_approved(string situation) => Approved.ShouldMatch(Mail(situation).Plain, $"mail-{situation}.txt");

    [Theory]
    [MemberData(nameof(Situation))]
    public void The_card_looks_as_approved(string situation) =>
        Approved.ShouldMatch(Readable(AlertCard.Render(Situations.Get(situation))), $"card-{situation}.json");

    [Theory]
    [MemberData(nameof(Situation))]
    public void The_Slack_message_looks_as_approved(string situation) =>
        Approved.ShouldMatch(Readable(SlackMessage.Render(Situations.Get(situation))), $"slack-{situation}.json");

    // The version is the assembly's own.
    [Theory]
    [MemberData(nameof(Situation))]
    public void The_finding_looks_as_approved(string situation)
    {
        var finding = JsonNode.Parse(OcsfFinding.Render(Situations.Get(situation)))!;
        finding["metadata"]!["product"]!["version"] = "(version)";
        Approved.ShouldMatch(finding.ToJsonString(Indented) + "\n", $"webhook-{situation}.json");
    }

    // What, how much, where, since when.
    [Fact]
    public void The_first_line_can_be_read_alone() =>
        Mail("theft-opened").Plain.Split('\n')[1]
            .ShouldBe("API calls 6.9x normal: 2,140 calls in 5 min, Acme (123), since 02:10 (UTC+1) = 01:10 UTC");

    private static Letter Mail(string situation) => Letter.Of(Situations.Get(situation), "example.com", "Delivery:Email:To");

    private static string Readable(string json) => JsonNode.Parse(json)!.ToJsonString(Indented) + "\n";
}
