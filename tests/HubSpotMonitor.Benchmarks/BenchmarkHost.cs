using System.Globalization;
using System.Text;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Benchmarks;

/// <summary>The monitor as a process of its own, called as the Functions host calls it: then a poll begins and ends when we say.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private const string Call = """
        {"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},
         "Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-24T12:00:00Z","RandGuid":"00000000-0000-0000-0000-000000000000"}}}
        """;

    private readonly HttpClient _http;

    private BenchmarkHost(MeasuredProcess process)
    {
        Process = process;
        _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = process.Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public MeasuredProcess Process { get; }

    public static async Task<BenchmarkHost> StartAsync(
        string store, Uri hubSpot, IReadOnlyList<SimulatedAccount> accounts, CancellationToken cancellationToken) =>
        new(await StartProcessAsync(
            store, accounts, new Dictionary<string, string> { ["HubSpot__BaseUrl"] = hubSpot.ToString().TrimEnd('/') }, cancellationToken));

    /// <summary>The host alone, for whoever calls it otherwise.</summary>
    public static Task<MeasuredProcess> StartProcessAsync(
        string store, IReadOnlyList<SimulatedAccount> accounts, IReadOnlyDictionary<string, string> more, CancellationToken cancellationToken) =>
        MeasuredProcess.StartAsync(
            "dotnet", BuildPaths.HostAssembly, "FUNCTIONS_CUSTOMHANDLER_PORT", Settings(store, accounts, more), cancellationToken);

    /// <summary>New accounts, each with traffic of its own.</summary>
    public static SimulatedAccount[] Accounts(int portals) => [.. Enumerable.Range(1, portals)
        .Select(number => new SimulatedAccount(1_000_000 + number, $"Account {number}", $"pat-na1-00000000-0000-4000-8000-{number:D12}", number))];

    /// <returns>Whether the poll came to its end, not to that of the run's time.</returns>
    public async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        using var content = new StringContent(Call, Encoding.UTF8, "application/json");
        content.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        using var answer = await _http.PostAsync(new Uri("PollUsage", UriKind.Relative), content, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    /// <summary>What the host is told, wherever it is started from.</summary>
    public static Dictionary<string, string> Settings(
        string store, IReadOnlyList<SimulatedAccount> accounts, IReadOnlyDictionary<string, string> more)
    {
        Dictionary<string, string> settings = new(more)
        {
            // Without this a developer's user secrets would be read.
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Store__ConnectionString"] = store,
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning",
        };
        for (var index = 0; index < accounts.Count; index++)
        {
            settings[$"Portals__{index}__Id"] = accounts[index].Id.ToString(CultureInfo.InvariantCulture);
            settings[$"Portals__{index}__Name"] = accounts[index].Name;
            settings[$"Portals__{index}__Token"] = accounts[index].Token;
        }
        return settings;
    }
}
