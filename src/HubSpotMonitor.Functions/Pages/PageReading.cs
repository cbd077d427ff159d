namespace HubSpotMonitor.Functions.Pages;

/// <summary>Reads what a page shows, and still gives a page when the store is down.</summary>
internal sealed partial class PageReading(ILogger<PageReading> logger)
{
    /// <summary>What most pages tell then.</summary>
    public const string NoStore = "The store does not answer, so nothing can be shown. The page tries again by itself; the log holds the reason.";

    // A store that is down is retried for longer than a person looks at an empty page.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <param name="read">Reads it.</param>
    /// <param name="trouble">What is shown when that cannot be done, or takes too long.</param>
    /// <param name="cancellationToken">The reader has gone.</param>
    public async Task<TModel> TryAsync<TModel>(Func<CancellationToken, Task<TModel>> read, TModel trouble, CancellationToken cancellationToken)
    {
        // Real time, whatever the clock: it is a person who waits.
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await read(linked.Token);
        }
        // The edge of the page: whatever it was, the reader gets a page that says so, and the log the reason.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ReadFailed(exception, typeof(TModel).Name);
            return trouble;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page could not be filled ({Model}).")]
    private partial void ReadFailed(Exception exception, string model);
}
