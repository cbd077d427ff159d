using CliWrap;

namespace HubSpotMonitor.Local.Parts;

/// <summary>A program that lives at most as long as we do, and stops when it is disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Above the time that leash.js gives a program between asking and killing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _kill = new();

    private ChildProcess(Command command) => Exited = RunAsync(command);

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited { get; }

    public static ChildProcess Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        Action<string> onOutput,
        Action<string> onError)
    {
        var leash = Path.Combine(BuildPaths.ProjectDirectory, "Parts", "leash.js");
        return new(Cli.Wrap("node")
            .WithArguments([leash, program, .. arguments])
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(onOutput))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(onError)));
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        _kill.CancelAfter(Patience);
        await Exited;
        _kill.Dispose();
    }

    private async Task<int> RunAsync(Command command)
    {
        // Standard input stays open until we let go; leash.js ends the program then.
        var hold = PipeSource.Create((_, cancellationToken) => _release.Task.WaitAsync(cancellationToken));
        try
        {
            var result = await command.WithStandardInputPipe(hold).ExecuteAsync(_kill.Token);
            return result.ExitCode;
        }
        catch (OperationCanceledException) when (_kill.IsCancellationRequested)
        {
            return 137;
        }
    }
}
