using System.Text.Json;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>
/// How large a row and its columns may be: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.
/// </summary>
internal static class RowLimits
{
    private const int Letters = 32 * 1024;
    private const int Bytes = 64 * 1024;
    private const int Row = 1024 * 1024;

    /// <param name="body">Columns as they were sent.</param>
    /// <returns>Azure's name for what is too large; null: nothing is.</returns>
    public static string? Exceeded(ReadOnlyMemory<byte> body)
    {
        // A letter is a byte at least, so nearly no row is looked into.
        if (body.Length <= Letters) return null;
        // By what was sent, as Azurite counts. Azure counts two bytes a letter, and bytes as they are.
        if (body.Length > Row) return "EntityTooLarge";
        using var row = JsonDocument.Parse(body);
        return row.RootElement.EnumerateObject().Any(column => IsTooLarge(row.RootElement, column)) ? "PropertyValueTooLarge" : null;
    }

    private static bool IsTooLarge(JsonElement row, JsonProperty column)
    {
        if (column.Value.ValueKind != JsonValueKind.String) return false;
        var isBinary = row.TryGetProperty(column.Name + StoredRow.TypeMark, out var type) && type.ValueEquals("Edm.Binary");
        return isBinary ? column.Value.GetBytesFromBase64().Length > Bytes : column.Value.GetString()!.Length > Letters;
    }
}
