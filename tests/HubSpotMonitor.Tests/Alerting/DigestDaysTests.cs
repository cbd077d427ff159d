using HubSpotMonitor.Alerting;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>Digests of days that were lived poll by poll.</summary>
public sealed class DigestDaysTests(SharedMemory tables) : IAsyncLifetime
{
    private static readonly Portal Portal = new(MonitorUnderTest.Account.Id, MonitorUnderTest.Account.Name);

    private MonitorUnderTest _monitor = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, "quiet", Noon, ("Alerting:GroupWait", "00:00:30"));

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task The_digest_of_a_quiet_day_says_that_the_monitor_was_awake()
    {
        await _monitor.LiveAsync(TimeSpan.FromHours(24));
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop); // the part of a day since the first poll
        await _monitor.LiveAsync(TimeSpan.FromHours(24));
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop);
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop);

        var digests = await DigestsAsync();
        digests.Count.ShouldBe(2);
        digests[^1].Finding.Headline.ShouldBe("Nothing happened");
        digests[^1].Finding.Summary.ShouldBe("Nothing happened; the monitor was awake 100 % of the time.");
        digests[^1].Sections[^1].Lines[0].ShouldBe("Awake 100 % of the time: 288 good polls of 288 due.");
    }

    [Fact]
    public async Task The_digest_counts_what_really_happened_and_what_was_slept_through()
    {
        await _monitor.LiveAsync(TimeSpan.FromHours(24));
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop);
        await ApplyAsync(Assessment.Firing(Finding(Severity.Low, "credential-old")), Assessment.Firing(Finding()));
        await PassAsync();
        await ApplyAsync(Assessment.Clear("usage-spike", Metric.Calls));
        await PassAsync();
        var said = new Feedback
        {
            Portal = Portal.Id,
            Rule = "credential-old",
            Subject = Metric.Calls,
            From = _monitor.Now.AddMinutes(-5),
            To = _monitor.Now,
            By = "Ada",
            At = _monitor.Now,
        };
        foreach (var one in new[] { said, said with { Subject = "key", IsWithdrawn = true } })
            await _monitor.Get<FeedbackTable>().WriteAsync(one, Stop);
        _monitor.Clock.Advance(TimeSpan.FromHours(6));
        await _monitor.LiveAsync(TimeSpan.FromHours(18));
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop);

        var digest = (await DigestsAsync())[^1];
        digest.Finding.Headline.ShouldBe("2 alerts: 1 High, 1 Low");
        var lines = digest.Sections.SelectMany(section => section.Lines).ToList();
        lines.ShouldContain("2 more than in the 1 d before");
        lines.ShouldContain(line => line.StartsWith("Low: API calls 6.2x normal") && line.EndsWith("still open"));
        lines.ShouldContain(line => line.StartsWith("Awake 7"));
        lines.ShouldContain("4 messages sent, none failed.");
        digest.Sections.Single(section => section.Heading == "Said to be expected").Lines.ShouldBe(["credential-old on calls, by Ada"]);
    }

    [Fact]
    public async Task The_digest_holds_the_week_against_the_one_four_weeks_before()
    {
        var hours = Enumerable.Range(0, 40 * 24).Select(hour => Noon.AddHours(-hour));
        await _monitor.Get<ReadingTable>().WriteAsync(
            [.. hours.Select(at => new Reading
            {
                Portal = Portal.Id,
                Metric = Metric.Calls,
                Since = at.AddHours(-1),
                At = at,
                Value = at > Noon.AddDays(-14) ? 1_000_000 : 800_000,
            })], Stop);
        await _monitor.LiveAsync(TimeSpan.FromHours(24));
        await _monitor.Pipeline.SendDigestAsync(_monitor.Now, Stop);

        var calls = (await DigestsAsync())[^1].Sections.Single(section => section.Heading == "API calls").Lines;
        calls[0].ShouldMatch(@"^1[0-9]{2},[0-9]{3},[0-9]{3} in the last seven days, [0-9]+ % more than in the seven days of four weeks before\.$");
        calls[1].ShouldEndWith("is it known what makes these calls?");
    }

    private async Task<IReadOnlyList<AlertMessage>> DigestsAsync() =>
        [.. (await _monitor.Get<DeliveryTable>().ReadNewestAsync("email", 50, Stop))
            .Select(delivery => delivery.Message)
            .Where(message => message.Transition == Transition.Digest)
            .OrderBy(message => message.At)];

    private Task ApplyAsync(params IReadOnlyList<Assessment> assessments) =>
        _monitor.Get<AlertDesk>().ApplyAsync(Portal, AccountClock.Utc, [], assessments, _monitor.Now, Stop);

    private async Task PassAsync()
    {
        _monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        await _monitor.Pipeline.SweepAlertsAsync(_monitor.Now, Stop);
    }
}
