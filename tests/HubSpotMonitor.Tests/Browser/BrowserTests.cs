using System.Text.Json;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Browser;

/// <summary>The pages in a real browser, as people walk through them. Skipped where no Chromium or Chrome is installed.</summary>
public sealed class BrowserTests(BrowserRun run) : IClassFixture<BrowserRun>
{
    [Fact]
    public void No_page_has_anything_that_axe_core_holds_against_it_in_either_scheme_nor_scrolls_sideways_at_any_width() =>
        run.Seen("look").EnumerateArray().Select(found => found.GetString()).ShouldBeEmpty();

    [Fact]
    public void No_page_makes_the_browser_complain_or_ask_another_host() =>
        run.Seen("noise").EnumerateArray().Select(line => line.GetString()).ShouldBeEmpty();

    [Fact]
    public void Without_scripts_every_page_can_be_read()
    {
        var texts = Texts();
        texts.Keys.ShouldBe(run.Pages, ignoreOrder: true);
        texts.Values.ShouldAllBe(text => text.Length > 60);
        texts["/"].ShouldContain("API calls 8.9x normal");
        texts["/pages/portals/4712"].ShouldContain("What happened in the last 24 hours");
        texts["/pages/rotation"].ShouldContain("Overdue");
        texts["/pages/health"].ShouldContain("0.23 % of the limit");
    }

    [Fact]
    public void No_page_tells_another_figure_than_the_next()
    {
        var (texts, report, spike) = (Texts(), run.Host.Report(), run.Host.Theft.Finding);
        var (overview, account, incident) = (texts["/"], texts["/pages/portals/4712"], texts[$"/pages/alerts/{run.Host.Theft.Id}"]);
        overview.ShouldContain(
            $"{Words.Count(run.Host.UsedToday)} of {Words.Count(BrowserHost.Limit)}, {Words.Percent(run.Host.UsedToday / BrowserHost.Limit)}");
        account.ShouldContain(Words.Count(run.Host.UsedToday));
        foreach (var page in (string[])[overview, account, texts["/pages/rules"]])
            page.ShouldContain($"{report.Passed} of {report.Evaluated} rules pass");
        foreach (var words in (string[])[spike.Summary, spike.Seen!, spike.Expected!, spike.LimitUse!]) incident.ShouldContain(words);
        overview.ShouldContain("Monitor is blind: HubSpot refuses its token");
        overview.ShouldContain("Key older than its limit");
        texts["/pages/portals/4711"].ShouldContain("see below");
    }

    [Fact]
    public void Somebody_who_is_woken_goes_from_the_overview_to_the_incident_and_takes_it_and_every_open_page_shows_it()
    {
        var seen = run.Seen("acknowledge");
        var incident = seen.GetProperty("incident").GetString()!;
        string[] wanted =
        [
            "Rotate its token", "by email: Opened", "Service key reveal by eve@example.com, Reykjavik",
            "API calls around it", "Runbook", "Critical is told at once.",
        ];
        foreach (var words in wanted) incident.ShouldContain(words);
        seen.GetProperty("after").GetString()!.ShouldContain("by Ada: I look into it");
        seen.GetProperty("elsewhere").GetString()!.ShouldContain("Acknowledged");
    }

    [Fact]
    public void The_chart_is_read_and_zoomed_with_the_keyboard()
    {
        var seen = run.Seen("chart");
        seen.GetProperty("tip").GetString()!.ShouldContain("UTC");
        seen.GetProperty("isZoomed").GetBoolean().ShouldBeTrue();
        seen.GetProperty("isWholeAgain").GetBoolean().ShouldBeTrue();
        seen.GetProperty("week").GetString()!.ShouldContain("What happened in the last 7 days");
        // A figure to look at, not to fail by: it is this machine's.
        TestContext.Current.TestOutputHelper!.WriteLine($"28 days drawn in {seen.GetProperty("drawn").GetDouble():0} ms");
    }

    [Fact]
    public void A_filter_shows_what_was_asked_for()
    {
        var seen = run.Seen("filter");
        seen.GetProperty("found").GetString()!.ShouldContain("Warehouse sync");
        seen.GetProperty("found").GetString()!.ShouldNotContain("Old import");
        seen.GetProperty("events").GetString()!.ShouldContain("LOGIN_FAILED");
        seen.GetProperty("events").GetString()!.ShouldNotContain("SERVICE_KEY_REVEAL");
    }

    [Fact]
    public void A_page_whose_form_is_being_filled_in_waits_and_says_so()
    {
        var seen = run.Seen("fill");
        seen.GetProperty("told").GetString()!.ShouldStartWith("The page waits while you fill in the form.");
        seen.GetProperty("kept").GetString().ShouldBe("ware");
    }

    [Fact]
    public void The_keyboard_stays_where_it_is_in_a_table_when_the_page_is_swapped()
    {
        foreach (var place in run.Seen("stay").EnumerateArray())
        {
            place.GetProperty("before").GetString()!.ShouldNotStartWith("BODY");
            place.GetProperty("after").GetString().ShouldBe(place.GetProperty("before").GetString());
        }
    }

    [Fact]
    public void A_silence_is_made_and_ended()
    {
        var seen = run.Seen("silence");
        seen.GetProperty("made").GetString()!.ShouldContain("Ada: Migration until the morning");
        seen.GetProperty("ended").GetString()!.ShouldNotContain("Migration until the morning");
    }

    [Fact]
    public void A_rotation_is_proven_and_the_page_holds_no_secret()
    {
        var html = run.Seen("rotate").GetString()!;
        html.ShouldContain("✓ Proven");
        foreach (var secret in run.Secrets) html.ShouldNotContain(secret);
    }

    [Fact]
    public void A_dead_letter_that_still_cannot_be_stored_stays_and_says_why()
    {
        var seen = run.Seen("redrive");
        var (before, after) = (seen.GetProperty("before").GetString()!, seen.GetProperty("after").GetString()!);
        after.Length.ShouldBeGreaterThan(before.Length);
        after.ShouldContain("occurredAt is no time that can be.");
    }

    private Dictionary<string, string> Texts() => run.Seen("read").EnumerateObject().ToDictionary(page => page.Name, page => page.Value.GetString()!);
}

/// <summary>One run of the browser over one host, for all tests.</summary>
public sealed class BrowserRun(SharedMemory tables) : IAsyncLifetime
{
    private readonly Driver _driver = new(tables);
    private JsonElement? _seen;

    internal IEnumerable<string> Pages => _driver.Pages.Values;

    internal IReadOnlyList<string> Secrets => _driver.Secrets;

    internal BrowserHost Host => _driver.Host;

    internal JsonElement Seen(string scene)
    {
        Driver.SkipWithoutBrowser();
        var seen = _seen.GetValueOrDefault().GetProperty(scene);
        if (seen.ValueKind == JsonValueKind.Object && seen.TryGetProperty("trouble", out var trouble)) Assert.Fail(trouble.GetString());
        return seen;
    }

    public async ValueTask InitializeAsync()
    {
        if (Driver.IsInstalled) _seen = await _driver.RunAsync(pictures: null);
    }

    public ValueTask DisposeAsync() => _driver.DisposeAsync();
}

/// <summary>Takes the pictures in docs/screens anew: <c>dotnet test … -- --filter-class "*PagePictures" --explicit only</c>.</summary>
public sealed class PagePictures(SharedMemory tables)
{
    [Fact(Explicit = true)]
    public async Task Every_page_is_pictured_in_both_schemes_wide_and_narrow()
    {
        Driver.SkipWithoutBrowser();
        await using var driver = new Driver(tables);
        await driver.RunAsync(Path.Combine(Repository.Root, "docs", "screens"));
    }
}
