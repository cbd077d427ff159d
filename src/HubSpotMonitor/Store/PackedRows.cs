using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store;

/// <summary>
/// Values that may not fit into a row: its own row has the beginning, and tells in which rows beside it the rest lies. It is written
/// last, so no half of a value is ever read. Nearly all values fit.
/// </summary>
internal static class PackedRows
{
    /// <summary>Azure's limit is 1 MiB for a row with all its columns.</summary>
    private const int LargestPart = 512 * 1024;

    /// <summary>A reader that was overtaken by a writer finds the new one at the second try.</summary>
    private const int Tries = 3;

    /// <param name="tables">The way to the store.</param>
    /// <param name="name">The table.</param>
    /// <param name="portal">Whose.</param>
    /// <param name="value">Which value of the portal's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>
    /// Null: none was ever written, or not all of it is there, as after two writers at once of whom one deleted the other's parts: what is kept here
    /// is made anew where there is none, and an exception would come at every run.
    /// </returns>
    public static async Task<byte[]?> ReadAsync(Tables tables, string name, long portal, string value, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await tables.FindAsync(name, Keys.Portal(portal), value, cancellationToken) is not { } head) return null;
            var beginning = RawColumns.Read(head); // empty in rows of earlier versions, whose parts are all of it
            var expected = head.GetInt32("Parts")!.Value;
            if (expected == 0) return beginning;
            var parts = await ReadPartsAsync(tables, name, portal, value, head.GetString("Version"), cancellationToken);
            if (parts.Count == expected) return [.. beginning, .. parts.SelectMany(part => part)];
            if (attempt == Tries) return null;
        }
    }

    /// <summary>Puts a value in the place of the last one.</summary>
    public static async Task WriteAsync(
        Tables tables, string name, long portal, string value, byte[] content, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var partition = Keys.Portal(portal);
        var version = Keys.PackedVersion(at, content);
        var head = new TableEntity(partition, value) { ["Version"] = version, ["At"] = at };
        RawColumns.Write(head, content.AsMemory(0, Math.Min(LargestPart, content.Length)));
        var parts = content.Skip(LargestPart).Chunk(LargestPart).ToList();
        head["Parts"] = parts.Count;
        for (var part = 0; part < parts.Count; part++)
        {
            var row = new TableEntity(partition, Keys.PackedPart(value, version, part));
            RawColumns.Write(row, parts[part]);
            await tables.UpsertAsync(name, [row], cancellationToken); // one by one: together they could be over what a transaction takes
        }
        await tables.UpsertAsync(name, [head], cancellationToken);
        var (all, end) = (Keys.PackedParts(value), Keys.PackedPartsEnd(value));
        var (first, last) = (Keys.PackedPart(value, version, 0), Keys.PackedPart(value, version, parts.Count));
        var others = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {all} and RowKey lt {end} and (RowKey lt {first} or RowKey ge {last})");
        await tables.DeleteAsync(name, others, cancellationToken);
    }

    public static byte[] Pack<T>(T value, JsonTypeInfo<T> type)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) JsonSerializer.Serialize(brotli, value, type);
        return packed.ToArray();
    }

    public static T Unpack<T>(byte[] packed, JsonTypeInfo<T> type)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, type)!;
    }

    private static async Task<IReadOnlyList<byte[]>> ReadPartsAsync(
        Tables tables, string name, long portal, string value, string version, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {Keys.PackedPart(value, version, 0)} and RowKey le {Keys.PackedPart(value, version, 9999)}");
        return await tables.ReadAsync(name, filter, cancellationToken).Select(RawColumns.Read).ToListAsync(cancellationToken);
    }
}
