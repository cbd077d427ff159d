using System.Net;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions.Exports;

/// <summary>The files as they are fetched, from real tables.</summary>
public sealed class ExportApiTests(ExportingHost host) : IClassFixture<ExportingHost>
{
    private const long Acme = 12345678;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activity_of_the_time_asked_for_comes_as_valid_lines_in_order()
    {
        // The first of them before the time that is asked for.
        await StoreAsync(1500, new(2026, 10, 31, 23, 59, 0, TimeSpan.Zero));

        var lines = await LinesAsync($"/api/export/activity?portal={Acme}&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z", "application/x-ndjson");

        lines.Count.ShouldBe(1440);
        foreach (var line in lines) OcsfSchema.Wrong(line).ShouldBeEmpty();
        lines.Select(line => (long)JsonNode.Parse(line)!["time"]!).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_same_comes_as_CEF_and_alerts_and_rules_are_a_file_of_their_own()
    {
        const string Day = "from=2026-11-05T00:00:00Z&to=2026-11-06T00:00:00Z";
        var noon = new DateTimeOffset(2026, 11, 5, 12, 0, 0, TimeSpan.Zero);
        await StoreAsync(3, noon);
        var alert = ExportSamples.Alert(ExportSamples.Finding) with { Portal = new(Acme, "Acme"), OpenedAt = noon, LastFiredAt = noon };
        (await host.Services.GetRequiredService<AlertTable>().TryWriteAsync(alert, null, Stop)).ShouldBeTrue();

        var activity = await LinesAsync($"/api/export/activity?{Day}&format=cef", "text/plain");
        activity.Count.ShouldBe(3);
        activity.ShouldAllBe(
            line => line.StartsWith("CEF:0|HubSpotMonitor|", StringComparison.Ordinal) && line.Contains("|EXPORT|", StringComparison.Ordinal));
        var finding = JsonNode.Parse((await LinesAsync($"/api/export/findings?{Day}", "application/x-ndjson")).ShouldHaveSingleItem())!;
        ((string?)finding["finding_info"]!["uid"]).ShouldBe(alert.Id);
        (await LinesAsync($"/api/export/findings?{Day}&format=cef", "text/plain")).ShouldHaveSingleItem().ShouldContain($"|{alert.Finding.Rule}|");
    }

    [Fact]
    public async Task An_alert_that_lasted_for_months_is_among_the_findings_of_its_last_day_however_many_came_after_it()
    {
        var last = new DateTimeOffset(2026, 10, 10, 12, 0, 0, TimeSpan.Zero);
        var lasted = Over("lasted", last.AddDays(-200), last);
        var over = Over("over", last.AddDays(-300), last.AddDays(-299));
        // More than a page of a table holds, and all of it read before that one.
        var later = Enumerable.Range(0, 1_001).Select(i => Over($"later{i}", last.AddDays(-100).AddMinutes(i), last.AddDays(-99).AddMinutes(i)));
        await host.Services.GetRequiredService<Tables>().WriteAsync([lasted, over, .. later]);

        var line = (await LinesAsync("/api/export/findings?from=2026-10-10T00:00:00Z&to=2026-10-11T00:00:00Z", "application/x-ndjson"))
            .ShouldHaveSingleItem();
        ((string?)JsonNode.Parse(line)!["finding_info"]!["uid"]).ShouldBe(lasted.Id);
    }

    [Fact]
    public async Task Alerts_of_an_account_come_in_the_order_in_which_they_opened_whether_they_are_over_or_not()
    {
        var first = new DateTimeOffset(2026, 10, 20, 12, 0, 0, TimeSpan.Zero);
        var open = ExportSamples.Alert(ExportSamples.Finding with { Subject = "service-key:1" }) with
        {
            Id = "open",
            Portal = new(Acme, "Acme"),
            OpenedAt = first.AddHours(1),
            LastFiredAt = first.AddHours(1),
        };
        await host.Services.GetRequiredService<Tables>()
            .WriteAsync([Over("newest", first.AddHours(2), first.AddHours(3)), open, Over("oldest", first, first.AddHours(4))]);

        var lines = await LinesAsync("/api/export/findings?from=2026-10-20T00:00:00Z&to=2026-10-21T00:00:00Z", "application/x-ndjson");

        lines.Select(line => (string?)JsonNode.Parse(line)!["finding_info"]!["uid"]).ShouldBe(["oldest", "open", "newest"]);
    }

    [Theory]
    [InlineData("/api/export/activity?portal=1", "portal must be the number of an account")]
    [InlineData("/api/export/activity?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z", "at most 31 days")]
    [InlineData("/api/export/findings?to=0001-01-01T00:00:00Z", "to must lie in the years")]
    [InlineData("/api/export/findings?format=xml", "format must be ocsf or cef")]
    [InlineData("/api/findings?format=xml", "format must be json or csv")]
    public async Task What_cannot_be_asked_is_refused_with_a_sentence(string address, string sentence)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative), Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(sentence);
    }

    [Theory]
    [InlineData("/api/alerts")]
    [InlineData("/api/deliveries")]
    [InlineData("/api/events?portal=12345678")]
    [InlineData("/api/intake")]
    [InlineData("/api/dead-letters")]
    [InlineData("/api/credentials")]
    [InlineData("/api/findings")]
    public async Task Every_table_comes_as_CSV(string address)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(
            new Uri(address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "format=csv", UriKind.Relative), Stop);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldEndWith(".csv");
        (await answer.Content.ReadAsStringAsync(Stop)).Split("\r\n")[0].ShouldStartWith("\"");
    }

    private static Alert Over(string id, DateTimeOffset openedAt, DateTimeOffset lastFiredAt) => ExportSamples.Alert(ExportSamples.Finding) with
    {
        Id = id,
        Portal = new(Acme, "Acme"),
        State = AlertState.Resolved,
        OpenedAt = openedAt,
        LastFiredAt = lastFiredAt,
        ResolvedAt = lastFiredAt,
    };

    // One a minute.
    private async Task StoreAsync(int count, DateTimeOffset from)
    {
        using var browser = host.Browser();
        var events = Enumerable.Range(0, count)
            .Select(i => new ActivityEvent { Portal = Acme, Feed = ActivityFeed.Security, Id = $"{i}", At = from.AddMinutes(i), Type = "EXPORT" });
        await host.Services.GetRequiredService<ActivityTable>().AddAsync([.. events], Stop);
    }

    private async Task<IReadOnlyList<string>> LinesAsync(string address, string type)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative), Stop);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        return (await answer.Content.ReadAsStringAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>The host of one machine, with tables of its own.</summary>
public sealed class ExportingHost : RunningHost
{
    public ExportingHost(SharedAzurite azurite)
    {
        ArgumentNullException.ThrowIfNull(azurite);
        With("Store:ConnectionString", azurite.ConnectionString).With("Store:TablePrefix", SharedAzurite.NewPrefix());
    }
}
