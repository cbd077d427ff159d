namespace HubSpotMonitor.Local.Parts;

/// <summary>Azurite's table service as a process of its own, on a free loopback port.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    // Azurite's well-known account: the same key on every machine of the world, so no secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;

    private AzuriteServer(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public string ConnectionString => ConnectionStringOf(Address);

    /// <summary>Completes with the exit code when Azurite ends.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>Installs Azurite if need be, starts it and waits until it answers.</summary>
    /// <param name="directory">Where the tables are kept; null keeps them in memory.</param>
    /// <param name="progress">Hears what is being done when it takes long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CannotRunException">Azurite could not be installed or started.</exception>
    public static async Task<AzuriteServer> StartAsync(string? directory, Action<string> progress, CancellationToken cancellationToken)
    {
        await AzuriteInstall.EnsureAsync(progress, cancellationToken);
        var said = new List<string>();
        // A free port may be taken by somebody else before Azurite has it.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var server = Launch(directory, said);
            var answers = false;
            try
            {
                answers = await server.AnswersAsync(cancellationToken);
            }
            finally
            {
                if (!answers)
                    await server.DisposeAsync();
            }
            if (answers)
                return server;
        }
        throw new CannotRunException($"Azurite did not start. It said: {string.Join(' ', said.TakeLast(3))}");
    }

    internal static string ConnectionStringOf(Uri address) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={address}{Account};";

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static AzuriteServer Launch(string? directory, List<string> said)
    {
        var port = FreePort.Next();
        string[] where = directory is null ? ["--inMemoryPersistence"] : ["--location", directory];
        string[] arguments =
            [AzuriteInstall.TableServer, "--silent", "--disableTelemetry", "--tableHost", "127.0.0.1", "--tablePort", $"{port}", .. where];
        var process = ChildProcess.Start("node", arguments, new Dictionary<string, string?>(), _ => { }, said.Add);
        return new(process, new Uri($"http://127.0.0.1:{port}/"));
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            return await FirstAnswer.WaitAsync(new Uri(Address, $"{Account}/Tables"), Exited, LookAgain, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
