using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Tests.Connect;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Browser;

/// <summary>Starts a monitor on an eventful day and drives a browser over all its pages.</summary>
internal sealed class Driver(SharedMemory tables) : IAsyncDisposable
{
    private static readonly string Place = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Browser", "Driver");
    private static readonly NpmInstall Install = new("What drives the browser", Place, "some 20 MB");
    private static readonly string? Executable =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private bool _isStarted;

    public static bool IsInstalled => Executable is not null;

    /// <summary>Addresses by name.</summary>
    public IReadOnlyDictionary<string, string> Pages { get; private set; } = new Dictionary<string, string>();

    public BrowserHost Host { get; } = new(tables);

    public IReadOnlyList<string> Secrets { get; } = [$"pat-na1-{Guid.NewGuid()}", $"pat-na1-{Guid.NewGuid()}"];

    public static void SkipWithoutBrowser() => Assert.SkipUnless(IsInstalled, "No Chromium or Chrome is installed: apt-get install chromium.");

    /// <param name="pictures">Where to put pictures of all pages, instead of walking through them.</param>
    /// <returns>What was seen, scene by scene.</returns>
    public async Task<JsonElement> RunAsync(string? pictures)
    {
        _isStarted = true;
        await Host.InitializeAsync();
        _ = Host.Address;
        await Host.FillAsync();
        await RotateAsync();
        Pages = PagesOf(Host.Theft.Id);
        await Install.EnsureAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        var wanted = new
        {
            executable = Executable,
            named = Pages,
            alert = Host.Theft.Id,
            guide = Pages["rotation-guide"],
            secrets = Secrets,
            pictures,
        };
        var node = await Cli.Wrap("node").WithArguments(["browse.js", Host.Address.ToString(), JsonSerializer.Serialize(wanted)])
            .WithWorkingDirectory(Place).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        node.ExitCode.ShouldBe(0, node.StandardError);
        return JsonElement.Parse(node.StandardOutput);
    }

    public ValueTask DisposeAsync() => _isStarted ? Host.DisposeAsync() : ValueTask.CompletedTask;

    // As the guide says: it was asked while the old secret still worked.
    private async Task RotateAsync()
    {
        foreach (var secret in Secrets) Host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var desk = Host.Services.GetRequiredService<RotationDesk>();
        var key = await desk.FindAsync(ConnectingHost.Globex, "ServiceKey:7654", TestContext.Current.CancellationToken);
        await desk.ProveAsync(
            ConnectingHost.Globex,
            key.ShouldNotBeNull(),
            new(Secrets[0], Secrets[1], "Ada"),
            Host.Clock.GetUtcNow().AddDays(-3),
            TestContext.Current.CancellationToken);
        Host.HubSpot.Tokens.End(Secrets[0]);
    }

    private static Dictionary<string, string> PagesOf(string alert) => new()
    {
        ["overview"] = "/",
        ["incident"] = $"/pages/alerts/{alert}",
        ["act"] = $"/pages/alerts/{alert}/act/ack",
        ["portal"] = "/pages/portals/4712",
        ["portal-blind"] = "/pages/portals/4711",
        ["access"] = "/pages/access",
        ["credential"] = "/pages/access/4712/ServiceKey%3A7654",
        ["rotation-guide"] = "/pages/access/4712/ServiceKey%3A7654/rotation",
        ["rotation"] = "/pages/rotation",
        ["rules"] = "/pages/rules",
        ["runbook"] = "/pages/rules/key-too-old",
        ["review"] = "/pages/review/4712",
        ["events"] = "/pages/events?portal=4712",
        ["silences"] = "/pages/silences",
        ["health"] = "/pages/health",
        ["api"] = "/pages/api",
        ["nothing"] = "/pages/alerts/000000000000000000000000",
    };
}
