using System.Globalization;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store;

/// <summary>Bytes of any length in a row: one column holds 64 KiB.</summary>
internal static class RawColumns
{
    private const int LargestColumn = 64 * 1024;

    public static void Write(TableEntity row, ReadOnlyMemory<byte> raw)
    {
        for (var (part, start) = (0, 0); start < raw.Length; part++, start += LargestColumn)
            row[Name(part)] = raw[start..Math.Min(start + LargestColumn, raw.Length)].ToArray();
    }

    public static byte[] Read(TableEntity row)
    {
        List<byte[]> parts = [];
        while (row.GetBinary(Name(parts.Count)) is { } bytes) parts.Add(bytes);
        return parts is [var only] ? only : [.. parts.SelectMany(part => part)];
    }

    private static string Name(int part) => part == 0 ? "Raw" : string.Create(CultureInfo.InvariantCulture, $"Raw{part}");
}
