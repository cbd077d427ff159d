using System.Text.Json;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>Every story about access, from HubSpot's histories to the alerts: what is in <c>AccessScenarios.json</c>, and nothing else.</summary>
public sealed class AccessScenariosTests(SharedMemory tables)
{
    // 01:40 on a Tuesday in the account (US/Eastern).
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    /// <summary>
    /// What is wrong with the simulated account on any day: three private apps of the kind that ends in 2027, and three super admins of twelve users.
    /// </summary>
    private static readonly string[] Always =
    [
        "Medium legacy-credential LegacyPrivateApp:1001001",
        "Medium legacy-credential LegacyPrivateApp:1001002",
        "Medium legacy-credential LegacyPrivateApp:1001003",
        "Medium too-many-admins super admins",
    ];

    private static readonly Dictionary<string, Story> Stories =
        JsonSerializer.Deserialize<Dictionary<string, Story>>(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "AccessScenarios.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Stories.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_story_raises_exactly_the_findings_that_it_should(string scenario)
    {
        var story = Stories[scenario];
        await using var monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, scenario, Night);
        await monitor.LearnAsync();
        await LiveAsync(monitor, TimeSpan.FromHours(story.Hours));

        var raised = (await monitor.AlertsAsync())
            .Select(alert => $"{alert.Severity} {alert.Finding.Rule} {alert.Finding.Subject}")
            .Order(StringComparer.Ordinal);
        raised.ShouldBe(
            story.Findings.Concat(Always).Order(StringComparer.Ordinal),
            string.Join('\n', (await monitor.AlertsAsync()).Select(alert => alert.Finding.Headline + ": " + alert.Finding.Summary)));
    }

    [Fact]
    public async Task On_a_small_plan_rules_that_cannot_be_judged_say_what_to_grant()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, "starter", Night);
        await LiveAsync(monitor, TimeSpan.FromHours(1));
        var report = (await monitor.Get<PostureReader>().ReadAsync(null, TestContext.Current.CancellationToken)).Single().Report!;
        report.Results.Single(result => result.Rule == "smtp-token-stale").ShouldSatisfyAllConditions(
            result => result.Outcome.ShouldBe(RuleOutcome.NotEvaluable), result => result.Because.ShouldContain("transactional-email"));
        report.Gaps.ShouldContain(gap => gap.Source == AccessSource.SmtpTokens);
        report.Evaluated.ShouldBeLessThan(report.Results.Count);
    }

    private static async Task LiveAsync(MonitorUnderTest monitor, TimeSpan time)
    {
        // What takes the night until morning needs no poll every five minutes to be seen.
        var step = TimeSpan.FromMinutes(time > TimeSpan.FromHours(4) ? 20 : 5);
        for (var end = monitor.Now + time; monitor.Now < end; monitor.Clock.Advance(step))
        {
            await monitor.PollAsync();
            await monitor.Pipeline.PollActivityAsync(monitor.Now, TestContext.Current.CancellationToken);
            if (monitor.Now.UtcDateTime.Minute < step.TotalMinutes || monitor.Now == Night)
                await monitor.Pipeline.AuditAccessAsync(monitor.Now, TestContext.Current.CancellationToken);
        }
    }

    /// <param name="Hours">How long it is watched.</param>
    /// <param name="Findings">Severity, rule and subject of every alert beside <see cref="Always"/>.</param>
    private sealed record Story(double Hours, IReadOnlyList<string> Findings);
}
