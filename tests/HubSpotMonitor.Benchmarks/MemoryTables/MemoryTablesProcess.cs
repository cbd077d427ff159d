using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>Tables in memory as a process of their own: what they hold is then not in the memory of whoever uses them.</summary>
internal sealed class MemoryTablesProcess : IAsyncDisposable
{
    /// <summary>The command that serves them; it says its address in its first line.</summary>
    public const string Command = "tables";

    /// <summary>Fewer collections, and answers that change no threads: it shares the machine with what is measured.</summary>
    private static readonly Dictionary<string, string?> RuntimeSettings =
        new() { ["DOTNET_GCgen0size"] = "0x4000000", ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" };

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private MemoryTablesProcess(ChildProcess process, Uri address) =>
        (_process, ConnectionString) = (process, MemoryTablesServer.ConnectionStringOf(address));

    public string ConnectionString { get; }

    public static async Task<MemoryTablesProcess> StartAsync(CancellationToken cancellationToken)
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = ChildProcess.Start(
            "dotnet", [typeof(MemoryTablesProcess).Assembly.Location, Command], RuntimeSettings, line => said.TrySetResult(line), _ => { });
        return new(process, new(await said.Task.WaitAsync(StartLimit, cancellationToken)));
    }

    /// <summary>Serves until it is stopped.</summary>
    public static async Task ServeAsync(TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var server = await MemoryTablesServer.StartAsync(time, cancellationToken);
        await output.WriteLineAsync($"{server.Address}");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
