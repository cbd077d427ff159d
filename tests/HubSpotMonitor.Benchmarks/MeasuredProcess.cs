using System.Diagnostics;
using System.Globalization;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks;

/// <summary>A server as a process of its own on a free loopback port, so that what it costs is seen from outside and is nobody else's.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(4);

    private readonly Process _process;

    private MeasuredProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public double MemoryMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024d / 1024d;
        }
    }

    public double PeakMemoryMegabytes => PeakBytes() / 1024d / 1024d;

    /// <summary>Starts a program and waits until it answers.</summary>
    /// <param name="program">What is run.</param>
    /// <param name="argument">The server itself.</param>
    /// <param name="portSetting">The environment variable that names its port.</param>
    /// <param name="settings">The other ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<MeasuredProcess> StartAsync(
        string program, string argument, string portSetting, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo(program, [argument]);
        start.Environment[portSetting] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = new MeasuredProcess(Process.Start(start)!, new($"http://127.0.0.1:{port}/"));
        var answers = false;
        try
        {
            answers = await FirstAnswer.WaitAsync(
                process.Address, process._process.WaitForExitAsync(cancellationToken), LookAgain, cancellationToken);
        }
        finally
        {
            if (!answers)
                await process.DisposeAsync();
        }
        return answers ? process : throw new CannotRunException($"{Path.GetFileName(argument)} ended before it answered; its output says why.");
    }

    /// <summary>Starts an executable and returns at the first 200 of its <c>/health</c>, within some milliseconds.</summary>
    public static async Task<MeasuredProcess> StartHealthyAsync(
        string program, string portSetting, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo(program) { WorkingDirectory = Path.GetDirectoryName(program), RedirectStandardOutput = true };
        start.Environment[portSetting] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = new MeasuredProcess(Process.Start(start)!, new($"http://127.0.0.1:{port}/"));
        process._process.OutputDataReceived += (_, _) => { };
        process._process.BeginOutputReadLine();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = process.Address };
        while (!process._process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode) return process;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Soon, cancellationToken);
            }
        }
        throw new CannotRunException($"{Path.GetFileName(program)} ended before it answered.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
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
