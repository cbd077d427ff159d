using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>
/// The function app as it is deployed: published once, then started as the Functions host starts it. Framework-dependent, which takes a
/// third of the time of the self-contained publish and has the same layout.
/// </summary>
public sealed class PublishedHost : IAsyncLifetime
{
    private const string Token = "pat-na1-00000000-0000-0000-0000-000000000000";

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> processes = [];
    private AzuriteServer? store;
    private SimulatedHubSpot? hubSpot;

    public string AppDirectory { get; } = Path.Combine(Path.GetTempPath(), $"hubspotmonitor-publish-{Guid.NewGuid():N}");

    public string Executable => Path.Combine(AppDirectory, "HubSpotMonitor.Functions");

    public bool LockFileIsUnchanged { get; private set; }

    /// <summary>Well-formed settings whose store and account cannot be reached.</summary>
    internal static Dictionary<string, string?> BrokenSettings() => new()
    {
        ["Store__ConnectionString"] =
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;",
        ["HubSpot__BaseUrl"] = "http://127.0.0.1:1/",
        ["Portals__0__Id"] = "12345678",
        ["Portals__0__Name"] = "Acme",
        ["Portals__0__Token"] = Token,
    };

    public async ValueTask InitializeAsync()
    {
        var root = Repository.Root;
        var lockFile = Path.Combine(root, "src", "HubSpotMonitor.Functions", "packages.lock.json");
        var before = await File.ReadAllTextAsync(lockFile);
        // No build server may outlive the publish: it would keep our output pipe open.
        await Cli.Wrap("dotnet")
            .WithArguments(["publish", "src/HubSpotMonitor.Functions", "-c", "Release", "-r", "linux-x64", "--no-self-contained", "--no-restore", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "q", "-o", AppDirectory])
            .WithWorkingDirectory(root)
            .ExecuteBufferedAsync();
        store = await AzuriteServer.StartAsync(null, _ => { }, CancellationToken.None);
        hubSpot = await SimulatedHubSpot.StartAsync([new(12345678, "Acme", Token, 1)], [], TimeProvider.System, CancellationToken.None);
        LockFileIsUnchanged = await File.ReadAllTextAsync(lockFile) == before;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(processes.Select(process => process.ContinueWith(_ => { }, TaskScheduler.Default)));
        stopping.Dispose();
        if (hubSpot is not null) await hubSpot.DisposeAsync();
        if (store is not null) await store.DisposeAsync();
        Directory.Delete(AppDirectory, recursive: true);
    }

    public Task<HttpClient> StartWorkingAsync()
    {
        var settings = BrokenSettings();
        settings["Store__ConnectionString"] = store!.ConnectionString;
        settings["HubSpot__BaseUrl"] = hubSpot!.Address.ToString();
        return StartAsync(settings);
    }

    public Task<HttpClient> StartBrokenAsync() => StartAsync(BrokenSettings());

    /// <summary>Runs it to its end with one setting changed.</summary>
    public async Task<BufferedCommandResult> RunAsync(string setting, string value) =>
        await Command(new(BrokenSettings()) { [setting] = value }).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    private async Task<HttpClient> StartAsync(Dictionary<string, string?> settings)
    {
        var port = RunningCustomHandler.FreePort();
        settings["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
        processes.Add(Command(settings).ExecuteAsync(stopping.Token));
        await ProbeAsync(client);
        return client;
    }

    private Command Command(Dictionary<string, string?> settings)
    {
        // The executable looks for the runtime where an installer would have put it; ours may lie elsewhere.
        var runtime = Path.GetFullPath(Path.Combine(typeof(object).Assembly.Location, "..", "..", "..", ".."));
        return Cli.Wrap(Executable)
            .WithWorkingDirectory(AppDirectory)
            .WithEnvironmentVariables(new Dictionary<string, string?>(settings) { ["DOTNET_ROOT"] = runtime })
            .WithValidation(CommandResultValidation.None);
    }

    // As the Functions host does: every 25 ms until any answer comes, at most for its initializationTimeout of 30 s.
    private static async Task ProbeAsync(HttpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                var answer = await client.GetAsync(new Uri("/", UriKind.Relative), limit.Token);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.Content.ReadAsStringAsync(limit.Token)).ShouldBe("ready");
                return;
            }
            catch (HttpRequestException exception) when (exception.InnerException is SocketException)
            {
                await Task.Delay(25, limit.Token);
            }
        }
    }
}
