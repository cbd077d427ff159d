using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Reflection;
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
        await _host.Services.GetRequiredService<ReadingTable>()
            .WriteAsync([.. Enumerable.Range(1, 36).Select(index => Count(now.AddMinutes(-5 * index)))], Stop);
        var checkpoint = new UsageCheckpoint
        {
            Portal = Portal,
            Outcome = PollOutcome.Good,
            LastPollAt = now,
            LastGoodPollAt = now,
            TimeZone = "Europe/Berlin",
        };
        await _host.Services.GetRequiredService<CheckpointTable>().TryWriteAsync(checkpoint, StoredCheckpoint.None, Stop);
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
    public async Task An_account_that_is_not_watched_has_no_page() =>
        (await _host.Client.GetAsync("/pages/portals/1", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task An_account_that_nothing_polls_any_more_is_blind_and_yesterdays_forecast_is_not_todays()
    {
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
        var checkpoints = _host.Services.GetRequiredService<CheckpointTable>();
        var stored = await checkpoints.ReadStoredAsync(Portal, Stop);
        var old = stored.Checkpoint! with
        {
            LastPollAt = yesterday,
            LastGoodPollAt = yesterday,
            UsedToday = 120_000,
            UsedAt = yesterday,
            Limit = 500_000,
            ForecastAtReset = 248_000,
            LimitReachedAt = yesterday.AddHours(1),
        };
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
    public async Task An_account_whose_last_poll_is_still_to_come_asks_about_the_clock()
    {
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        await ChangeAsync(checkpoint => checkpoint with { LastPollAt = later });

        var html = await HtmlAsync($"/pages/portals/{Portal}");
        html.ShouldContain("The last poll is of a later time than now: was the clock set back?");
        html.ShouldNotContain("Not polled since ");
    }

    // Not on its own clock: an outage blinds accounts of many zones, and one sentence tells it of all.
    [Fact]
    public async Task An_account_that_cannot_be_seen_is_named_with_its_reason_and_red()
    {
        var now = TimeProvider.System.GetUtcNow();
        var since = now.AddMinutes(-10);
        await ChangeAsync(checkpoint => checkpoint with
        {
            Outcome = PollOutcome.DeadToken,
            Says = "HubSpot refuses the token (401).",
            FailedPolls = 3,
            FailingSince = since,
            LastPollAt = now,
        });

        var html = WebUtility.HtmlDecode(await HtmlAsync("/pages/health"));
        html.ShouldMatch("<span class=\"mark bad\">.*Blind</span><strong>portal Acme \\(4711\\)</strong>");
        html.ShouldContain(
            string.Create(CultureInfo.InvariantCulture, $"Blind since {since.UtcDateTime:d MMM yyyy HH:mm} UTC: HubSpot refuses the token (401)."));
        html.ShouldNotContain("DeadToken");
        html.ShouldContain($"Version <code>{typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}");
        // A blind account is no reason to start the monitor again.
        var json = await HtmlAsync("/api/health");
        json.ShouldContain("\"name\":\"portal Acme (4711)\",\"status\":\"Degraded\"");
        json.ShouldNotContain("isBlind");
    }

    // Four weeks with a long outage in them are not fourteen days of counts.
    [Fact]
    public async Task An_account_without_a_model_says_what_it_waits_for_however_long_it_is_known()
    {
        await ChangeAsync(checkpoint => checkpoint with { HistoryFrom = checkpoint.LastPollAt.AddDays(-28) });
        (await HtmlAsync($"/pages/portals/{Portal}")).ShouldContain("Learning since 28 d: fixed thresholds are in force until 14 days are counted");
    }

    [Fact]
    public async Task All_scripts_together_are_small()
    {
        var size = 0;
        foreach (var name in (string[])["page.js", "chart.js"]) size += Packed(await _host.Client.GetByteArrayAsync($"/assets/{name}", Stop));
        size.ShouldBeInRange(1, LargestScript);
    }

    private async Task ChangeAsync(Func<UsageCheckpoint, UsageCheckpoint> change)
    {
        var checkpoints = _host.Services.GetRequiredService<CheckpointTable>();
        var stored = await checkpoints.ReadStoredAsync(Portal, Stop);
        (await checkpoints.TryWriteAsync(change(stored.Checkpoint!), stored, Stop)).ShouldBeTrue();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Reading Count(DateTimeOffset at) =>
        new() { Portal = Portal, Metric = Metric.Calls, Since = at.AddMinutes(-5), At = at, Value = 100 };

    private static int Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return (int)packed.Length;
    }

    private async Task<string> HtmlAsync(string address) => await _host.Client.GetStringAsync(address, Stop);
}
