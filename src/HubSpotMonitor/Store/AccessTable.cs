using System.IO.Compression;
using System.Text.Json;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// Table <c>Access</c>: the latest snapshot of who has access to each portal. Twenty thousand users do not fit into a row, so a snapshot is
/// cut into parts, and a row of its own tells which parts make the latest one: it is written last, and so no half of one is ever read.
/// </summary>
public sealed class AccessTable(Tables tables)
{
    private const string Name = "Access";
    private const string Latest = "latest";

    /// <summary>Azure's limit is 1 MiB for a row with all its columns.</summary>
    private const int LargestPart = 512 * 1024;

    /// <summary>A reader that was overtaken by a writer finds the new one at the second try.</summary>
    private const int Tries = 3;

    /// <returns>Null: none was ever written.</returns>
    public async Task<AccessSnapshot?> ReadAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var head = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Latest, cancellationToken: cancellationToken);
            if (head is not { HasValue: true, Value: { } found }) return null;
            var parts = await ReadPartsAsync(table, portal, found.GetString("Version"), cancellationToken);
            if (parts.Count == found.GetInt32("Parts")) return Unpack(parts);
            if (attempt == Tries) throw new InvalidDataException($"The latest snapshot of portal {portal} has {parts.Count} parts in place of {found.GetInt32("Parts")}.");
        }
    }

    /// <summary>Puts a snapshot in the place of the last one.</summary>
    public async Task WriteAsync(AccessSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var partition = Keys.Portal(snapshot.Portal);
        var packed = Pack(snapshot);
        var version = Keys.SnapshotVersion(snapshot.At, packed);
        var parts = packed.Chunk(LargestPart).ToList();
        for (var part = 0; part < parts.Count; part++)
        {
            var row = new TableEntity(partition, Keys.SnapshotPart(version, part));
            RawColumns.Write(row, parts[part]);
            await tables.UpsertAsync(Name, [row], cancellationToken); // one by one: together they could be over what a transaction takes
        }
        await tables.UpsertAsync(Name, [new TableEntity(partition, Latest) { ["Version"] = version, ["Parts"] = parts.Count, ["At"] = snapshot.At }], cancellationToken);
        var (first, last) = (Keys.SnapshotPart(version, 0), Keys.SnapshotPart(version, parts.Count));
        var others = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Keys.SnapshotParts} and (RowKey lt {first} or RowKey ge {last})");
        await tables.DeleteAsync(Name, others, cancellationToken);
    }

    private static async Task<IReadOnlyList<byte[]>> ReadPartsAsync(TableClient table, long portal, string version, CancellationToken cancellationToken)
    {
        List<byte[]> parts = [];
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {Keys.SnapshotPart(version, 0)} and RowKey le {Keys.SnapshotPart(version, 9999)}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) parts.Add(RawColumns.Read(row));
        return parts;
    }

    private static byte[] Pack(AccessSnapshot snapshot)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) JsonSerializer.Serialize(brotli, snapshot, StoreJson.Default.AccessSnapshot);
        return packed.ToArray();
    }

    private static AccessSnapshot Unpack(IReadOnlyList<byte[]> parts)
    {
        using var packed = new MemoryStream([.. parts.SelectMany(part => part)]);
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, StoreJson.Default.AccessSnapshot)!;
    }
}
