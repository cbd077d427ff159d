using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>
/// The function app as it is deployed: published once, then started as the Functions host starts it. Framework-dependent, which takes a
/// third of the time of the self-contained publish and has the same layout.
/// </summary>
public sealed class PublishedHost : IAsyncLifetime
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> processes = [];

    public string AppDirectory { get; } = Path.Combine(Path.GetTempPath(), $"hubspotmonitor-publish-{Guid.NewGuid():N}");

    public string Executable => Path.Combine(AppDirectory, "HubSpotMonitor.Functions");

    public bool LockFileIsUnchanged { get; private set; }

    /// <summary>
    /// ===== PLUG IN HERE: a store and a simulated HubSpot account that answer. =====
    /// Until then everything points to a closed port, so that a run can only fail; set <see cref="Answers"/> when it can succeed.
    /// </summary>
    private static Task<Dictionary<string, string?>> WorkingSettingsAsync() => Task.FromResult(BrokenSettings());

    /// <summary>Whether <see cref="WorkingSettingsAsync"/> names something that answers.</summary>
    public static bool Answers => false;

    /// <summary>Well-formed settings whose store and account cannot be reached.</summary>
    private static Dictionary<string, string?> BrokenSettings() => new()
    {
        ["Store__ConnectionString"] =
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;",
        ["HubSpot__BaseUrl"] = "http://127.0.0.1:1/",
        ["Portals__0__Id"] = "12345678",
        ["Portals__0__Name"] = "Acme",
        ["Portals__0__Token"] = "pat-na1-00000000-0000-0000-0000-000000000000",
    };

    public async ValueTask InitializeAsync()
    {
        var root = RepositoryRoot();
        var lockFile = Path.Combine(root, "src", "HubSpotMonitor.Functions", "packages.lock.json");
        var before = await File.ReadAllTextAsync(lockFile);
        // No build server may outlive the publish: it would keep our output pipe open.
        await Cli.Wrap("dotnet")
            .WithArguments(["publish", "src/HubSpotMonitor.Functions", "-c", "Release", "-r", "linux-x64", "--no-self-contained", "--no-restore", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "q", "-o", AppDirectory])
            .WithWorkingDirectory(root)
            .ExecuteBufferedAsync();
        LockFileIsUnchanged = await File.ReadAllTextAsync(lockFile) == before;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(processes.Select(process => process.ContinueWith(_ => { }, TaskScheduler.Default)));
        stopping.Dispose();
        Directory.Delete(AppDirectory, recursive: true);
    }

    public async Task<HttpClient> StartWorkingAsync() => await StartAsync(await WorkingSettingsAsync());

    public Task<HttpClient> StartBrokenAsync() => StartAsync(BrokenSettings());

    /// <summary>Runs it to its end.</summary>
    public async Task<BufferedCommandResult> RunAsync(Dictionary<string, string?> settings) =>
        await Command(settings).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

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

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);
        while (!File.Exists(Path.Combine(directory.FullName, "HubSpotMonitor.sln")))
            directory = directory.Parent!;
        return directory.FullName;
    }
}
