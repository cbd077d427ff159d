using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>
/// The function app as it is deployed: published and zipped once by the documented commands, then started as the Functions host starts it.
/// Only not compiled ahead nor analyzed once more, which takes minutes and changes no file's name.
/// </summary>
public sealed class PublishedHost(SharedAzurite azurite) : IAsyncLifetime
{
    private const string Token = "pat-na1-00000000-0000-0000-0000-000000000000";

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _processes = [];
    private readonly string _prefix = SharedAzurite.NewPrefix();
    private SimulatedHubSpot? _hubSpot;
    private Task<HttpClient>? _working;
    private Task<HttpClient>? _broken;

    public string AppDirectory { get; } = Path.Combine(Path.GetTempPath(), $"hubspotmonitor-publish-{Guid.NewGuid():N}");

    public string Executable => Path.Combine(AppDirectory, "HubSpotMonitor.Functions");

    public string ZipFile => AppDirectory + ".zip";

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
        var registry = Path.Combine(root, "docs", "access-registry.sample.yaml");
        // As the Functions tools make it, under a name that nobody has.
        var settings = Path.Combine(root, "src", "HubSpotMonitor.Functions", "local.settings.of-a-test.json");
        await File.WriteAllTextAsync(settings, "{}");
        try
        {
            string[] options =
                ["-p:PublishReadyToRun=false", "-p:RunAnalyzersDuringBuild=false", $"-p:AccessRegistry={registry}", "-o", AppDirectory];
            await Dotnet("publish", options).ExecuteBufferedAsync();
        }
        finally
        {
            File.Delete(settings);
        }
        await Dotnet("build", "--no-restore", "-t:Zip", $"-p:AppFolder={AppDirectory}", $"-p:ZipFile={ZipFile}").ExecuteBufferedAsync();
        _hubSpot = await SimulatedHubSpot.StartAsync([new(12345678, "Acme", Token, 1)], [], TimeProvider.System, CancellationToken.None);
        LockFileIsUnchanged = await File.ReadAllTextAsync(lockFile) == before;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_processes.Select(process => process.ContinueWith(_ => { }, TaskScheduler.Default)));
        _stopping.Dispose();
        if (_hubSpot is not null) await _hubSpot.DisposeAsync();
        Directory.Delete(AppDirectory, recursive: true);
        File.Delete(ZipFile);
    }

    /// <summary>The one for all tests that let it live.</summary>
    public Task<HttpClient> WorkingAsync() => _working ??= StartAsync(WorkingSettings(), FreePort.Next(), _stopping.Token);

    /// <summary>The one whose store and account cannot be reached.</summary>
    public Task<HttpClient> BrokenAsync() => _broken ??= StartAsync(BrokenSettings(), FreePort.Next(), _stopping.Token);

    /// <summary>On a given port, since the Functions host starts a dead handler again on the same; it dies with <paramref name="kill"/>.</summary>
    public Task<HttpClient> StartMortalAsync(int port, CancellationToken kill) => StartAsync(WorkingSettings(), port, kill);

    /// <summary>Runs it to its end with one setting changed.</summary>
    public async Task<BufferedCommandResult> RunAsync(string setting, string value) =>
        await Command(new(BrokenSettings()) { [setting] = value }).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    // No build server may outlive the command: it would keep our output pipe open.
    private static Command Dotnet(string verb, params string[] arguments) =>
        Cli.Wrap("dotnet")
            .WithArguments(
                [verb, "src/HubSpotMonitor.Functions", "-c", "Release", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "q", .. arguments])
            .WithWorkingDirectory(Repository.Root);

    private Dictionary<string, string?> WorkingSettings() => new(BrokenSettings())
    {
        ["Store__ConnectionString"] = azurite.ConnectionString,
        ["Store__TablePrefix"] = _prefix,
        ["HubSpot__BaseUrl"] = _hubSpot!.Address.ToString(),
        // Packed beside the program; a file that is not found refuses the start.
        ["Posture__RegistryFile"] = "access-registry.yaml",
    };

    private async Task<HttpClient> StartAsync(Dictionary<string, string?> settings, int port, CancellationToken kill)
    {
        settings["WEBSITE_AUTH_ENABLED"] = "True";
        settings["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
        _processes.Add(Command(settings).ExecuteAsync(kill));
        await ProbeAsync(client);
        return client;
    }

    private Command Command(Dictionary<string, string?> settings)
    {
        // Where Azure starts it there is no .NET; the machine may write numbers and times in its own way,
        // and who starts it decides the current folder.
        return Cli.Wrap(Executable)
            .WithWorkingDirectory(Path.GetTempPath())
            .WithEnvironmentVariables(new Dictionary<string, string?>(settings) { ["DOTNET_ROOT"] = null, ["LC_ALL"] = "fi_FI.UTF-8" })
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
