using System.Diagnostics;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>A store that can fail as a real one does: by falling silent, and by being gone and coming back with all that it had.</summary>
internal sealed class MortalAzurite : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hubspotmonitor-azurite-").FullName;
    private readonly int _port = FreePort.Next();
    private Process? _process;

    public Uri Address => new($"http://127.0.0.1:{_port}/");

    public string ConnectionString => AzuriteServer.ConnectionStringOf(Address);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await AzuriteInstall.EnsureAsync(Console.WriteLine, cancellationToken);
        string[] arguments =
        [
            AzuriteInstall.TableServer, "--silent", "--disableTelemetry",
            "--tableHost", "127.0.0.1", "--tablePort", $"{_port}", "--location", _directory,
        ];
        _process = Process.Start("node", arguments);
        (await FirstAnswer.WaitAsync(Address, _process.WaitForExitAsync(cancellationToken), TimeSpan.FromMilliseconds(50), cancellationToken))
            .ShouldBeTrue("Azurite ended by itself.");
    }

    /// <summary>Asks it to end. Killed without warning it would forget its last seconds, which Azure's own store does not.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await SignalAsync("INT", cancellationToken);
        await _process!.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Connections stay open, and nothing is answered any more.</summary>
    public async Task FallSilentAsync(CancellationToken cancellationToken)
    {
        await SignalAsync("STOP", cancellationToken);
        while (!(await File.ReadAllTextAsync($"/proc/{_process!.Id}/stat", cancellationToken)).Contains(") T ", StringComparison.Ordinal))
            await Task.Delay(1, cancellationToken);
    }

    public Task WakeAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_directory, recursive: true);
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        kill.ExitCode.ShouldBe(0);
    }
}
