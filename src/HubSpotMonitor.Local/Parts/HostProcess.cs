namespace HubSpotMonitor.Local.Parts;

/// <summary>The monitor itself, as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly ChildProcess _process;

    private HostProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Completes with the exit code when the host ends.</summary>
    public Task<int> Exited => _process.Exited;

    public static HostProcess Start(Uri address, IReadOnlyDictionary<string, string?> environment, Action<string> say)
    {
        if (!File.Exists(BuildPaths.HostAssembly))
            throw new CannotRunException($"{BuildPaths.HostAssembly} is missing. Run 'dotnet build' first.");
        var relay = new HostLog(say);
        return new(ChildProcess.Start("dotnet", [BuildPaths.HostAssembly], environment, relay.Output, relay.Error), address);
    }

    /// <summary>Waits until /health answers, whatever it answers. False: the host ended before.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            return await FirstAnswer.WaitAsync(new Uri(Address, "health"), Exited, LookAgain, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CannotRunException($"The host did not answer {new Uri(Address, "health")} within {StartLimit.TotalSeconds:0} seconds.");
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
