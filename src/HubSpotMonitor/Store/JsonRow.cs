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
        Tables tables, string name, string partition, string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await tables.FindAsync(name, partition, key, cancellationToken) is { } row ? Read(row, type) : null;

    /// <summary>All rows that a filter names, in the order of their keys.</summary>
    public static ValueTask<List<T>> ReadAllAsync<T>(
        Tables tables, string name, string filter, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        tables.ReadAsync(name, filter, cancellationToken).Select(row => Read(row, type)).ToListAsync(cancellationToken);
}
