using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store.Secrets;

/// <summary>An attempt to connect an account, as it was when it began. Whether the right browser came back is for the reader to say.</summary>
/// <param name="Portal">The account it was begun for.</param>
/// <param name="Until">When it runs out.</param>
/// <param name="BrowserHash">Of the secret that the browser was given.</param>
public sealed record ConnectState(long Portal, DateTimeOffset Until, byte[] BrowserHash)
{
    /// <summary>Takes the same time, however much is right.</summary>
    public bool IsOf(string browser) => CryptographicOperations.FixedTimeEquals(BrowserHash, ConnectStateTable.HashOf(browser));
}

/// <summary>Table <c>ConnectStates</c>: attempts to connect that are under way. Only hashes: who reads the table can finish none of them.</summary>
public sealed class ConnectStateTable(Tables tables)
{
    private const string Name = "ConnectStates";
    private const string Open = "open";

    public async Task AddAsync(string state, string browser, long portal, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = new TableEntity(Open, Keys.ConnectState(state))
        {
            ["Portal"] = portal,
            ["Until"] = until,
            ["State"] = HashOf(state),
            ["Browser"] = HashOf(browser),
        };
        await table.AddEntityAsync(row, cancellationToken);
    }

    /// <summary>Takes an attempt away: of all who come with the same state one gets it.</summary>
    /// <returns>Null: it is unknown or was taken before.</returns>
    public async Task<ConnectState?> TakeAsync(string state, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(Name, Open, Keys.ConnectState(state), cancellationToken);
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.GetBinary("State"), HashOf(state)))
            return null;
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            var gone = await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
            // A row that somebody else has deleted is no exception here, but a 404.
            return gone.Status == 404 ? null : new(row.GetInt64("Portal")!.Value, row.GetDateTimeOffset("Until")!.Value, row.GetBinary("Browser"));
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>Deletes attempts that ran out before an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.DeleteAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Open} and Until lt {before}"), cancellationToken);

    internal static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
