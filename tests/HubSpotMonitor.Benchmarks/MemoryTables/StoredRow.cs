using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>A row as it was sent, with the time of its last change.</summary>
/// <param name="Partition">Its partition key.</param>
/// <param name="Key">Its row key.</param>
/// <param name="Json">All its columns, keys and type annotations, as one JSON object.</param>
/// <param name="ChangedAt">No two rows of a store have the same.</param>
internal sealed record StoredRow(string Partition, string Key, ReadOnlyMemory<byte> Json, DateTimeOffset ChangedAt)
{
    /// <summary>A column of that name and this tells its type.</summary>
    public const string TypeMark = "@odata.type";

    private const string PartitionColumn = "PartitionKey";
    private const string KeyColumn = "RowKey";

    /// <summary>By partition, then by key, as Table Storage orders them.</summary>
    public static readonly IComparer<StoredRow> Order = Comparer<StoredRow>.Create((one, other) =>
        string.CompareOrdinal(one.Partition, other.Partition) is not 0 and var order ? order : string.CompareOrdinal(one.Key, other.Key));

    // The same is asked at every poll.
    private Dictionary<string, IComparable?>? _known;

    public string ETag => $"W/\"datetime'{Uri.EscapeDataString(Time)}'\"";

    private string Time => ChangedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    /// <summary>What stands at a place in a table: two of the same place compare as equal.</summary>
    public static StoredRow At(string partition, string key) => new(partition, key, default, default);

    /// <summary>Reads a row from a request's body.</summary>
    /// <param name="body">Its columns; the keys may be missing where the address names them.</param>
    /// <param name="place">Where the address says that it stands; null: the body says it.</param>
    /// <param name="before">The row whose other columns stay; null: none do.</param>
    /// <param name="changedAt">Now.</param>
    public static StoredRow Read(ReadOnlyMemory<byte> body, StoredRow? place, StoredRow? before, DateTimeOffset changedAt)
    {
        using var sent = JsonDocument.Parse(body);
        var (partition, key) = place is null
            ? (sent.RootElement.GetProperty(PartitionColumn).GetString()!, sent.RootElement.GetProperty(KeyColumn).GetString()!)
            : (place.Partition, place.Key);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(PartitionColumn, partition);
            json.WriteString(KeyColumn, key);
            foreach (var column in Columns(sent)) Keep(column, sent, json);
            if (before is not null)
            {
                using var known = JsonDocument.Parse(before.Json);
                foreach (var column in Columns(known).Where(column => !sent.RootElement.TryGetProperty(ColumnOf(column), out _)))
                    column.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return new(partition, key, buffer.ToArray(), changedAt);
    }

    /// <summary>Writes it as an answer has it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="wanted">The columns that are asked for; empty: all.</param>
    public void Write(Utf8JsonWriter json, IReadOnlySet<string> wanted)
    {
        if (wanted.Count == 0)
        {
            // Not read again: most answers are whole rows, and many.
            json.WriteRawValue(
            [
                .. Json.Span[..^1],
                .. Encoding.UTF8.GetBytes($",\"odata.etag\":{JsonSerializer.Serialize(ETag)},\"Timestamp\":\"{Time}\"}}"),
            ], skipInputValidation: true);
            return;
        }
        json.WriteStartObject();
        json.WriteString("odata.etag", ETag);
        using var row = JsonDocument.Parse(Json);
        foreach (var column in row.RootElement.EnumerateObject().Where(column => wanted.Contains(ColumnOf(column)))) column.WriteTo(json);
        if (wanted.Contains("Timestamp")) json.WriteString("Timestamp", Time);
        json.WriteEndObject();
    }

    /// <returns>A text, a truth, a number or a time; null: it has no such column.</returns>
    public IComparable? Value(string column)
    {
        if (column == PartitionColumn) return Partition;
        if (column == KeyColumn) return Key;
        _known ??= [];
        if (!_known.TryGetValue(column, out var value)) _known[column] = value = Read(column);
        return value;
    }

    private IComparable? Read(string column)
    {
        using var row = JsonDocument.Parse(Json);
        if (!row.RootElement.TryGetProperty(column, out var value)) return null;
        var type = row.RootElement.TryGetProperty(column + TypeMark, out var mark) ? mark.GetString() : null;
        return (type, value.ValueKind) switch
        {
            ("Edm.DateTime", _) => value.GetDateTimeOffset(),
            ("Edm.Int64", _) => (double)long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            (_, JsonValueKind.Number) => value.GetDouble(),
            (_, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (null, JsonValueKind.String) => value.GetString(),
            _ => throw new NotSupportedException($"{column} is {type ?? value.ValueKind.ToString()}: {Encoding.UTF8.GetString(Json.Span)}"),
        };
    }

    // A number with a point needs no mark, and is not read where it has one.
    private static void Keep(JsonProperty column, JsonDocument sent, Utf8JsonWriter json)
    {
        var type = column.Name.EndsWith(TypeMark, StringComparison.Ordinal) ? column.Value
            : sent.RootElement.TryGetProperty(column.Name + TypeMark, out var mark) ? mark
            : default;
        if (IsDouble(type))
        {
            if (column.Value.ValueKind != JsonValueKind.Number) return;
            json.WritePropertyName(column.Name);
            json.WriteRawValue(column.Value.GetRawText() is var text && text.All(char.IsAsciiDigit) ? text + ".0" : text);
        }
        else
        {
            column.WriteTo(json);
        }
    }

    private static bool IsDouble(JsonElement mark) => mark.ValueKind == JsonValueKind.String && mark.ValueEquals("Edm.Double");

    private static IEnumerable<JsonProperty> Columns(JsonDocument row) =>
        row.RootElement.EnumerateObject()
            .Where(column => column.Name is not (PartitionColumn or KeyColumn or "odata.etag" or "Timestamp" or "Timestamp" + TypeMark));

    private static string ColumnOf(JsonProperty column) =>
        column.Name.EndsWith(TypeMark, StringComparison.Ordinal) ? column.Name[..^TypeMark.Length] : column.Name;
}
