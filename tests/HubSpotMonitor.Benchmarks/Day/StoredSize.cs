using Azure.Data.Tables;

namespace HubSpotMonitor.Benchmarks.Day;

/// <summary>What lies in the tables whose names begin with a prefix.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">As Azure bills them.</param>
internal sealed record StoredSize(long Rows, long Bytes)
{
    private const int OfRow = 4;
    private const int OfLetter = 2;
    private const int OfProperty = 8;

    public static async Task<StoredSize> ReadAsync(string store, string prefix, CancellationToken cancellationToken)
    {
        var service = new TableServiceClient(store);
        var (rows, bytes) = (0L, 0L);
        await foreach (var table in service.QueryAsync(cancellationToken: cancellationToken))
        {
            if (!table.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            {
                rows++;
                bytes += Of(row);
            }
        }
        return new(rows, bytes);
    }

    /// <summary>
    /// A row's size by Azure's formula: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model (4 bytes, two
    /// a letter of the keys, 8 and two a letter of the name for a property, and its value).
    /// </summary>
    internal static int Of(TableEntity row) =>
        OfRow + (OfLetter * (row.PartitionKey.Length + row.RowKey.Length))
        + row.Where(field => field.Key is not ("PartitionKey" or "RowKey" or "odata.etag" or "Timestamp"))
            .Sum(field => OfProperty + (OfLetter * field.Key.Length) + Of(field.Value));

    private static int Of(object? value) => value switch
    {
        string text => 4 + (OfLetter * text.Length),
        byte[] binary => 4 + binary.Length,
        bool => 1,
        int => 4,
        _ => 8,
    };
}
