using System.Net;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions.Exports;

/// <summary>The files as they are fetched, from real tables.</summary>
public sealed class ExportApiTests : IAsyncDisposable
{
    private const long Acme = 12345678;

    private readonly RunningHost host;

    public ExportApiTests(SharedAzurite azurite)
    {
        ArgumentNullException.ThrowIfNull(azurite);
        host = new RunningHost().With("Store:ConnectionString", azurite.ConnectionString).With("Store:TablePrefix", SharedAzurite.NewPrefix());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Activity_of_the_time_asked_for_comes_as_valid_lines_in_order()
    {
        await StoreAsync(1500);

        var lines = await LinesAsync($"/api/export/activity?portal={Acme}&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z", "application/x-ndjson");

        lines.Count.ShouldBe(1440);
        foreach (var line in lines) OcsfSchema.Wrong(line).ShouldBeEmpty();
        lines.Select(line => (long)JsonNode.Parse(line)!["time"]!).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_same_comes_as_CEF_and_alerts_and_rules_are_a_file_of_their_own()
    {
        await StoreAsync(3);

        (await LinesAsync($"/api/export/activity?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&format=cef", "text/plain")).ShouldAllBe(line => line.StartsWith("CEF:0|HubSpotMonitor|"));
        (await LinesAsync("/api/export/findings?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z", "application/x-ndjson")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/export/activity?portal=1", "portal must be the number of an account")]
    [InlineData("/api/export/activity?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z", "at most 31 days")]
    [InlineData("/api/export/findings?format=xml", "format must be ocsf or cef")]
    [InlineData("/api/findings?format=xml", "format must be json or csv")]
    public async Task What_cannot_be_asked_is_refused_with_a_sentence(string address, string sentence)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(sentence);
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
        using var answer = await browser.GetAsync(new Uri(address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "format=csv", UriKind.Relative), TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldEndWith(".csv");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n")[0].ShouldStartWith("\"");
    }

    // One a minute, the first of them before the time that is asked for.
    private async Task StoreAsync(int count)
    {
        using var browser = host.Browser();
        await host.Services.GetRequiredService<ActivityTable>().AddAsync(
            [.. Enumerable.Range(0, count).Select(i => new ActivityEvent { Portal = Acme, Feed = ActivityFeed.Security, Id = $"{i}", At = new DateTimeOffset(2026, 10, 31, 23, 59, 0, TimeSpan.Zero).AddMinutes(i), Type = "EXPORT" })],
            TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyList<string>> LinesAsync(string address, string type)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        return (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
