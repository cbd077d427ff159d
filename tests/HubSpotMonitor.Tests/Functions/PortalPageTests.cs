using System.IO.Compression;
using System.Net;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>The page of one account, as it reads without a script.</summary>
public sealed class PortalPageTests(SharedAzurite azurite) : IAsyncLifetime
{
    private const long Portal = 4711;
    private const int LargestScript = 60 * 1024;

    private readonly ReceivingHost _host = new(azurite);

    public async ValueTask InitializeAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await _host.Services.GetRequiredService<ReadingTable>().WriteAsync([.. Enumerable.Range(1, 36).Select(index => Count(now.AddMinutes(-5 * index)))], Stop);
        await _host.Services.GetRequiredService<CheckpointTable>().TryWriteAsync(new UsageCheckpoint { Portal = Portal, Outcome = PollOutcome.Good, LastPollAt = now, LastGoodPollAt = now, TimeZone = "Europe/Berlin" }, StoredCheckpoint.None, Stop);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Its_calls_stand_in_a_picture_that_needs_no_script_and_in_data_for_the_one_that_draws_it_again()
    {
        var html = await HtmlAsync($"/pages/portals/{Portal}");
        html.ShouldContain("<svg class=\"chart\"");
        html.ShouldContain("calls in 36 intervals");
        html.ShouldContain("type=\"application/json\"");
        html.ShouldNotContain(" style=");
        html.ShouldNotContain("onclick");
    }

    [Fact]
    public async Task The_time_shown_stands_in_the_address()
    {
        (await HtmlAsync($"/pages/portals/{Portal}?span=7d")).ShouldContain("What happened in the last 7 days, and what is open");
        (await HtmlAsync($"/pages/portals/{Portal}?span=%3Cscript%3E")).ShouldContain("What happened in the last 24 hours");
    }

    [Fact]
    public async Task An_account_that_is_not_watched_has_no_page() => (await _host.Client.GetAsync("/pages/portals/1", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task An_account_that_nothing_polls_any_more_is_blind_and_yesterdays_forecast_is_not_todays()
    {
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
        var checkpoints = _host.Services.GetRequiredService<CheckpointTable>();
        var stored = await checkpoints.ReadStoredAsync(Portal, Stop);
        var old = stored.Checkpoint! with { LastPollAt = yesterday, LastGoodPollAt = yesterday, UsedToday = 120_000, UsedAt = yesterday, Limit = 500_000, ForecastAtReset = 248_000, LimitReachedAt = yesterday.AddHours(1) };
        (await checkpoints.TryWriteAsync(old, stored, Stop)).ShouldBeTrue();

        var html = await HtmlAsync($"/pages/portals/{Portal}");
        html.ShouldContain("Blind</span>");
        html.ShouldContain("Not polled since ");
        html.ShouldContain("but this account cannot be seen now");
        foreach (var figure in (string[])["120,000", "248,000", "limit reached at"]) html.ShouldNotContain(figure);
        (await HtmlAsync("/")).ShouldContain("No alert is open, but not every portal can be seen.");
        var json = await HtmlAsync("/api/portals");
        json.ShouldContain("\"state\":\"Blind\"");
        json.ShouldNotContain("248000");
    }

    [Fact]
    public async Task All_scripts_together_are_small()
    {
        var size = 0;
        foreach (var name in (string[])["page.js", "chart.js"]) size += Packed(await _host.Client.GetByteArrayAsync($"/assets/{name}", Stop));
        size.ShouldBeInRange(1, LargestScript);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Reading Count(DateTimeOffset at) => new() { Portal = Portal, Metric = Metric.Calls, Since = at.AddMinutes(-5), At = at, Value = 100 };

    private static int Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return (int)packed.Length;
    }

    private async Task<string> HtmlAsync(string address) => await _host.Client.GetStringAsync(address, Stop);
}
