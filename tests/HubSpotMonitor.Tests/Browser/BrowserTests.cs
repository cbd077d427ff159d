using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Tests.Connect;

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
        var texts = run.Seen("read").EnumerateObject().ToDictionary(page => page.Name, page => page.Value.GetString()!);
        texts.Keys.ShouldBe(run.Pages.Values, ignoreOrder: true);
        texts.Values.ShouldAllBe(text => text.Length > 60);
        texts["/"].ShouldContain("API calls 8.9x normal");
        texts["/"].ShouldContain("214,000 of 500,000, 43 %");
        texts["/pages/portals/4712"].ShouldContain("What happened in the last 24 hours");
        texts["/pages/rotation"].ShouldContain("Overdue");
        texts["/pages/health"].ShouldContain("0.23 % of the limit");
    }

    [Fact]
    public void Somebody_who_is_woken_goes_from_the_overview_to_the_incident_and_takes_it_and_every_open_page_shows_it()
    {
        var seen = run.Seen("acknowledge");
        var incident = seen.GetProperty("incident").GetString()!;
        string[] wanted = ["Rotate its token", "by email: Opened", "Service key reveal by eve@example.com, Reykjavik", "API calls around it", "Runbook", "Critical is told at once."];
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
    public void A_dead_letter_is_tried_again()
    {
        var seen = run.Seen("redrive");
        (seen.GetProperty("before").GetInt32(), seen.GetProperty("after").GetInt32()).ShouldBe((1, 1), "it still cannot be stored, and stays");
    }
}

/// <summary>One run of the browser over one host, for all tests.</summary>
public sealed class BrowserRun(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly string Place = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Browser", "Driver");
    private static readonly NpmInstall Install = new("What drives the browser", Place, "some 20 MB");

    private static readonly string? Executable = new[] { Environment.GetEnvironmentVariable("CHROME_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
        .FirstOrDefault(File.Exists);

    private readonly BrowserHost _host = new(azurite);
    private JsonElement? _seen;

    /// <summary>Addresses by name.</summary>
    internal IReadOnlyDictionary<string, string> Pages { get; private set; } = new Dictionary<string, string>();

    internal IReadOnlyList<string> Secrets { get; } = [$"pat-na1-{Guid.NewGuid()}", $"pat-na1-{Guid.NewGuid()}"];

    internal JsonElement Seen(string scene)
    {
        Assert.SkipWhen(_seen is null, "No Chromium or Chrome is installed: apt-get install chromium, or name one in CHROME_PATH.");
        var seen = _seen.Value.GetProperty(scene);
        if (seen.ValueKind == JsonValueKind.Object && seen.TryGetProperty("trouble", out var trouble)) Assert.Fail(trouble.GetString()!);
        return seen;
    }

    public async ValueTask InitializeAsync()
    {
        if (Executable is null) return;
        await _host.InitializeAsync();
        _ = _host.Address;
        await _host.FillAsync();
        _host.HubSpot.Tokens.Add(Secrets[1], ConnectingHost.Globex);
        await Install.EnsureAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        const string key = "/pages/access/4712/ServiceKey%3A7654";
        var incident = $"/pages/alerts/{_host.Theft.Id}";
        Pages = new Dictionary<string, string>
        {
            ["overview"] = "/",
            ["incident"] = incident,
            ["act"] = $"{incident}/act/ack",
            ["portal"] = "/pages/portals/4712",
            ["portal-blind"] = "/pages/portals/4711",
            ["access"] = "/pages/access",
            ["credential"] = key,
            ["rotation-guide"] = $"{key}/rotation",
            ["rotation"] = "/pages/rotation",
            ["rules"] = "/pages/rules",
            ["runbook"] = "/pages/rules/key-too-old",
            ["review"] = "/pages/review/4712",
            ["events"] = "/pages/events?portal=4712",
            ["silences"] = "/pages/silences",
            ["health"] = "/pages/health",
            ["nothing"] = "/pages/alerts/000000000000000000000000",
        };
        _seen = await RunAsync(new
        {
            executable = Executable,
            named = Pages,
            alert = _host.Theft.Id,
            guide = $"{key}/rotation",
            secrets = Secrets,
            pictures = Environment.GetEnvironmentVariable("PICTURES"), // where to put pictures of all pages, instead of testing
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Executable is not null) await _host.DisposeAsync();
    }

    private async Task<JsonElement> RunAsync(object wanted)
    {
        var node = await Cli.Wrap("node").WithArguments(["browse.js", _host.Address.ToString(), JsonSerializer.Serialize(wanted)])
            .WithWorkingDirectory(Place).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, node.StandardError);
        return JsonElement.Parse(node.StandardOutput);
    }
}
