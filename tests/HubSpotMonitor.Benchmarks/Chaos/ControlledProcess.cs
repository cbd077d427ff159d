using System.Diagnostics;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>A program that is killed, frozen and asked to end as we like. What it says goes into a file.</summary>
internal sealed class ControlledProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _lock = new();

    public ControlledProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings, string log)
    {
        _log = File.AppendText(log);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Hear;
        _process.ErrorDataReceived += Hear;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    public Task Ended => _process.WaitForExitAsync();

    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Asks it to end, as an operator does, and waits until it has.</summary>
    /// <param name="signal">Without its <c>SIG</c>.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(string signal)
    {
        await SignalAsync(signal);
        await Ended;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // Also one that is frozen.
        _process.Kill();
        await Ended;
        _process.Dispose();
        lock (_lock) _log.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text) return;
        lock (_lock) _log.WriteLine(text);
    }
}
