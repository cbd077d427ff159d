using System.Diagnostics;
using System.Globalization;
using System.Text;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Benchmarks;

/// <summary>The monitor as a process of its own, called as the Functions host calls it: then a poll begins and ends when we say.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private const string Call = """
        {"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},
         "Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-24T12:00:00Z","RandGuid":"00000000-0000-0000-0000-000000000000"}}}
        """;

    private readonly Process _process;
    private readonly HttpClient _http;

    private BenchmarkHost(Process process, HttpClient http) => (_process, _http) = (process, http);

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public double PeakMemoryMegabytes => PeakBytes() / 1024d / 1024d;

    public static async Task<BenchmarkHost> StartAsync(string store, Uri hubSpot, IReadOnlyList<SimulatedAccount> accounts, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo("dotnet", [BuildPaths.HostAssembly]);
        foreach (var (name, value) in Settings(port, store, hubSpot, accounts))
            start.Environment[name] = value;
        var host = new BenchmarkHost(Process.Start(start)!, new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromMinutes(5) });
        if (await FirstAnswer.WaitAsync(host._http.BaseAddress!, host._process.WaitForExitAsync(cancellationToken), TimeSpan.FromMilliseconds(50), cancellationToken))
            return host;
        await host.DisposeAsync();
        throw new CannotRunException("The host ended before it answered; its output says why.");
    }

    public async Task PollAsync(CancellationToken cancellationToken)
    {
        using var content = new StringContent(Call, Encoding.UTF8, "application/json");
        content.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        using var answer = await _http.PostAsync(new Uri("PollUsage", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Dictionary<string, string> Settings(int port, string store, Uri hubSpot, IReadOnlyList<SimulatedAccount> accounts)
    {
        Dictionary<string, string> settings = new()
        {
            // Without this a developer's user secrets would be read.
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["Store__ConnectionString"] = store,
            ["HubSpot__BaseUrl"] = hubSpot.ToString().TrimEnd('/'),
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

    // .NET's own peak figure is empty on Linux, and the kernel's is there only on Linux.
    private long PeakBytes()
    {
        _process.Refresh();
        var status = $"/proc/{_process.Id}/status";
        if (!File.Exists(status)) return _process.PeakWorkingSet64;
        var line = File.ReadLines(status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t').First(word => word is [>= '0' and <= '9', ..]), CultureInfo.InvariantCulture);
    }
}
