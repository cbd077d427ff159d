using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>A query for a name that nobody tells shows nothing, as if all were well: the names of queries and code are held together here.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Folder = Path.Combine(InfraFiles.Folder, "monitoring");

    private static readonly string Code = File.ReadAllText(Path.Combine(Repository.Root, "src", "HubSpotMonitor", "Signals", "Telemetry.cs"));

    private static readonly string[] Files = [.. Directory.EnumerateFiles(Folder, "*.kql").Order()];

    [Fact]
    public void Every_metric_is_asked_for_and_no_other_name_is() =>
        Names(MetricNames()).Order().ShouldBe(Instruments().Order());

    [Fact]
    public void Every_tag_that_is_asked_for_is_set() =>
        Files.SelectMany(file => Tag().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct()
            .ShouldAllBe(tag => Code.Contains($"\"{tag}\"", StringComparison.Ordinal));

    [Fact]
    public void Every_span_that_is_asked_for_is_made() =>
        Names(SpanNames())
            .ShouldBe([Telemetry.PollSpan, Telemetry.ActivitySpan, Telemetry.AuditSpan, Telemetry.HubSpotSpan, "deliver "], ignoreOrder: true);

    [Fact]
    public void The_workbook_has_every_query_and_is_deployed_with_its_text()
    {
        using var layout = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "workbook.json")));
        var items = layout.RootElement.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("type").GetInt32() == 3).ToList();
        items.Select(item => item.GetProperty("content").GetProperty("query").GetString())
            .Order(StringComparer.Ordinal)
            .ShouldBe(Files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        items.ShouldAllBe(item => item.GetProperty("content").GetProperty("query").GetString() == $"{item.GetProperty("name").GetString()}.kql");

        var deployed = InfraFiles.Resources("sample", "Microsoft.Insights/workbooks")
            .Single()
            .GetProperty("properties")
            .GetProperty("serializedData")
            .GetString()!;
        using var workbook = JsonDocument.Parse(deployed);
        foreach (var item in workbook.RootElement.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("type").GetInt32() == 3))
        {
            item.GetProperty("content")
                .GetProperty("query")
                .GetString()
                .ShouldBe(File.ReadAllText(Path.Combine(Folder, $"{item.GetProperty("name").GetString()}.kql")));
        }
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void The_rule_for_stale_polls_asks_for_polls_that_saw_an_account_whoever_made_them(string deployment)
    {
        var query = InfraFiles.Criterion(deployment, "poll-stale").GetProperty("query").GetString()!;

        Instruments().ShouldContain(Quoted().Match(MetricNames().Match(query).Value).Groups[1].Value);
        Code.ShouldContain($"\"{Tag().Match(query).Groups[1].Value}\"");
        query.ShouldEndWith($"in (\"{PollOutcome.Good}\", \"{PollOutcome.Partial}\", \"{PollOutcome.LimitReached}\")");
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void The_rule_for_deliveries_asks_for_channels_that_gave_up_or_take_nothing_and_names_them(string deployment)
    {
        var criterion = InfraFiles.Criterion(deployment, "deliveries");
        var query = criterion.GetProperty("query").GetString()!;

        Instruments().ShouldContain(Quoted().Match(MetricNames().Match(query).Value).Groups[1].Value);
        Tag().Matches(query).Select(match => match.Groups[1].Value).ShouldAllBe(tag => Code.Contains($"\"{tag}\"", StringComparison.Ordinal));
        foreach (var (column, state) in new[] { ("failed", DeliveryState.Failed), ("waits", DeliveryState.Queued), ("sent", DeliveryState.Sent) })
            query.ShouldContain($"{column} = sumif(valueSum, outcome == \"{state}\")");
        query.ShouldEndWith("by channel | where failed > 0 or (waits >= 3 and sent == 0)");
        query.ShouldContain($"extend {criterion.GetProperty("dimensions").EnumerateArray().Single().GetProperty("name").GetString()} = ");
    }

    // The workbook has a choice of time, and so has the portal where a query is pasted.
    [Fact]
    public void No_query_has_a_time_of_its_own() =>
        Files.Select(File.ReadAllText).ShouldAllBe(query => !query.Contains("ago(", StringComparison.Ordinal));

    private static IEnumerable<string> Names(Regex clause) => Files
        .Select(File.ReadAllText)
        .SelectMany(text => clause.Matches(text))
        .SelectMany(match => Quoted().Matches(match.Value))
        .Select(match => match.Groups[1].Value)
        .Distinct();

    private static List<string> Instruments()
    {
        List<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) names.Add(instrument.Name);
            },
        };
        // They are there once anybody told of one; here nobody may have.
        RuntimeHelpers.RunClassConstructor(typeof(Telemetry).TypeHandle);
        listener.Start();
        return names;
    }

    [GeneratedRegex("customMetrics\\s*\\|\\s*where name [^|]*")]
    private static partial Regex MetricNames();

    [GeneratedRegex("(?:dependencies|requests)\\s*\\|\\s*where [^|]*")]
    private static partial Regex SpanNames();

    [GeneratedRegex("customDimensions\\[\"([^\"]+)\"\\]")]
    private static partial Regex Tag();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
