using System.Text.RegularExpressions;
using HubSpotMonitor.Functions.Exports;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions.Exports;

public sealed partial class CefTests
{
    private static readonly string[] HostileTexts =
    [
        "a|b", "a\\|b", "a=b", "cs1=4712 suser=admin", "a\nCEF:0|x|y|1|z|z|10|", "a\r\nb", "a\u2028b\u0085c", "\\", "a\\", "\\n",
        "\0\u001b[31m", "ünïcödé 🔑", " ",
    ];

    public static TheoryData<string> Hostile => [.. HostileTexts];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_name_stays_in_its_field_and_on_its_line(string name)
    {
        var finding = ExportSamples.Finding with { Headline = name, Subject = name, Summary = name, Rule = name };
        var item = new ActivityEvent
        {
            Portal = 4711,
            Feed = ActivityFeed.Security,
            Id = name,
            At = Samples.Noon,
            Type = name,
            User = name,
            ObjectId = name,
            UserAgent = name,
            IpAddress = name,
        };

        string[] lines =
        [
            Cef.Of(ExportSamples.Alert(finding)),
            Cef.Of(item, new(4711, name)),
            .. Cef.Of(new RuleResult(name, RuleOutcome.Fail, name, [finding]), new(4711, name), Samples.Noon),
        ];
        foreach (var line in lines)
        {
            line.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029').ShouldBeFalse(line);
            var head = Bar().Split(line, 8);
            head.Length.ShouldBe(8, line);
            head[..3].ShouldBe(["CEF:0", "HubSpotMonitor", "HubSpotMonitor"]);
            var names = FieldName().Matches(head[7]).Select(match => match.Groups[1].Value).ToList();
            names.ShouldBe(names.Distinct());
            names.ShouldContain("rt");
            names.Count(field => field == "cs1").ShouldBe(1);
            line.ShouldContain("cs1=4711");
        }
    }

    [Fact]
    public void A_line_reads_as_the_standard_asks() =>
        Cef.Line("key|old", "A=B|C", Severity.High, [("rt", "1"), ("suser", null), ("msg", "x=1\ny\\z")])
            .ShouldMatch(@"^CEF:0\|HubSpotMonitor\|HubSpotMonitor\|[0-9.]+\|key\\\|old\|A=B\\\|C\|8\|rt=1 msg=x\\=1\\ny\\\\z$");

    // A bar that no odd number of backslashes stands before.
    [GeneratedRegex(@"(?<=(?<!\\)(?:\\\\)*)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"(?:^| )(\w+)(?<=(?<!\\)(?:\\\\)*)=")]
    private static partial Regex FieldName();
}
