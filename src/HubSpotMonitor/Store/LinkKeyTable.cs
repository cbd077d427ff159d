using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store;

/// <summary>A key that signs the links in messages.</summary>
/// <param name="Number">Each is one more than the one before.</param>
/// <param name="Key">32 random bytes.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record LinkKey(int Number, byte[] Key, DateTimeOffset CreatedAt);

/// <summary>
/// Table <c>LinkKeys</c>: the signing keys of the links in messages. Made on first
/// use, and kept as they are: whoever may read this table can make such links.
/// </summary>
public sealed class LinkKeyTable(Tables tables)
{
    private const string Name = "LinkKeys";
    private const string Partition = "act";
    private const int KeyBytes = 32;

    /// <summary>The keys there are, the newest first.</summary>
    public async Task<IReadOnlyList<LinkKey>> ReadAsync(CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken)
            .Select(row => new LinkKey(
                int.Parse(row.RowKey, NumberStyles.None, CultureInfo.InvariantCulture),
                row.GetBinary("Key"),
                row.GetDateTimeOffset("CreatedAt")!.Value))
            .OrderByDescending(key => key.Number)
            .ToListAsync(cancellationToken);

    /// <summary>Makes the key of a number; does nothing if somebody else has made it.</summary>
    public async Task AddAsync(int number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            await table.AddEntityAsync(
                new TableEntity(Partition, Keys.LinkKey(number)) { ["Key"] = RandomNumberGenerator.GetBytes(KeyBytes), ["CreatedAt"] = now },
                cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Another host was faster; its key is as good.
        }
    }
}
