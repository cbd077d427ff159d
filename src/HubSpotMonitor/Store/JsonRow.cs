using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store;

/// <summary>A row that is read whole: one thing as JSON.</summary>
internal static class JsonRow
{
    private const string Column = "Json";

    public static TableEntity Of<T>(string partition, string key, T value, JsonTypeInfo<T> type) =>
        new(partition, key) { [Column] = JsonSerializer.Serialize(value, type) };

    public static T Read<T>(TableEntity row, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(row.GetString(Column), type)!;

    /// <returns>Null: there is no such row.</returns>
    public static async Task<T?> FindAsync<T>(
        TableClient table, string partition, string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found } ? Read(found, type) : null;
    }
}
