using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    /// <summary>As bytes: a column of text holds 32,768 letters only, and a message in another script than Latin soon has more.</summary>
    public static void WriteJson<T>(TableEntity row, T value, JsonTypeInfo<T> type) => Write(row, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>What <see cref="WriteJson"/> wrote; rows of earlier versions hold text.</summary>
    public static T ReadJson<T>(TableEntity row, JsonTypeInfo<T> type) =>
        (row.GetString("Json") is { } text ? JsonSerializer.Deserialize(text, type) : JsonSerializer.Deserialize(Read(row), type))!;

    private static string Name(int part) => part == 0 ? "Raw" : string.Create(CultureInfo.InvariantCulture, $"Raw{part}");
}
