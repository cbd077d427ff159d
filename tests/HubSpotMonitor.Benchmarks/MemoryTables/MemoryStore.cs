using System.Collections.Concurrent;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>What is done to one row.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Table">Its table.</param>
/// <param name="Place">Where it stands; null: its body says so.</param>
/// <param name="IfMatch">What it must be like; null: it need not be there.</param>
/// <param name="Body">Its columns.</param>
internal sealed record RowRequest(string Method, string Table, StoredRow? Place, string? IfMatch, ReadOnlyMemory<byte> Body);

/// <summary>What came of it.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Error">Azure's name for it; null: it went well.</param>
/// <param name="Row">As it is now.</param>
internal sealed record RowAnswer(int Status, string? Error, StoredRow? Row);

/// <summary>Tables in memory, in order of their keys.</summary>
internal sealed class MemoryStore(TimeProvider time)
{
    private const string AnyRow = "*";

    private static readonly RowAnswer NoTable = new(404, "TableNotFound", null);

    private readonly ConcurrentDictionary<string, SortedSet<StoredRow>> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private DateTimeOffset _last;

    /// <summary>All tables, by name.</summary>
    public IReadOnlyList<string> Names => [.. _tables.Keys.Order(StringComparer.Ordinal)];

    /// <returns>False: there was one.</returns>
    public bool TryCreate(string table) => _tables.TryAdd(table, new(StoredRow.Order));

    /// <summary>The first rows that match, from a place on; null: there is no such table.</summary>
    public IReadOnlyList<StoredRow>? Query(string table, RowFilter filter, StoredRow? next, int most)
    {
        if (!_tables.TryGetValue(table, out var rows)) return null;
        lock (rows)
        {
            var from = next is not null && StoredRow.Order.Compare(next, filter.From) > 0 ? next : filter.From;
            if (rows.Max is not { } max || StoredRow.Order.Compare(from, filter.To ?? max) > 0) return [];
            return [.. rows.GetViewBetween(from, filter.To ?? max).Where(filter.Matches).Take(most)];
        }
    }

    /// <summary>All of it or nothing.</summary>
    /// <param name="requests">Of one table.</param>
    /// <returns>An answer for each; or the one that failed, and where it stands.</returns>
    public (IReadOnlyList<RowAnswer> Answers, int? FailedAt) Do(IReadOnlyList<RowRequest> requests)
    {
        if (!_tables.TryGetValue(requests[0].Table, out var rows)) return ([NoTable], 0);
        lock (rows)
        {
            List<RowAnswer> answers = [];
            List<(StoredRow? Before, StoredRow? After)> done = [];
            foreach (var request in requests)
            {
                var answer = Do(rows, request, done);
                if (answer.Error is not null)
                {
                    foreach (var (before, after) in Enumerable.Reverse(done)) Replace(rows, after, before);
                    return ([answer], answers.Count);
                }
                answers.Add(answer);
            }
            return (answers, null);
        }
    }

    private RowAnswer Do(SortedSet<StoredRow> rows, RowRequest request, List<(StoredRow?, StoredRow?)> done)
    {
        if (request.Method is not ("GET" or "DELETE") && RowLimits.Exceeded(request.Body) is { } exceeded) return new(400, exceeded, null);
        var place = request.Place ?? StoredRow.Read(request.Body, null, null, default);
        rows.TryGetValue(place, out var before);
        if (request.Method == "GET") return before is null ? new(404, "ResourceNotFound", null) : new(200, null, before);
        if (request.Method == "POST" && before is not null) return new(409, "EntityAlreadyExists", null);
        if (request.IfMatch is not null && before is null) return new(404, "ResourceNotFound", null);
        if (request.IfMatch is not (null or AnyRow) && request.IfMatch != before!.ETag) return new(412, "UpdateConditionNotSatisfied", null);
        var after = request.Method == "DELETE" ? null : StoredRow.Read(request.Body, place, request.Method == "PATCH" ? before : null, Now());
        Replace(rows, before, after);
        done.Add((before, after));
        return new(204, null, after);
    }

    private static void Replace(SortedSet<StoredRow> rows, StoredRow? before, StoredRow? after)
    {
        if (before is not null) rows.Remove(before);
        if (after is not null) rows.Add(after);
    }

    private DateTimeOffset Now()
    {
        lock (_lock) return _last = time.GetUtcNow() is var now && now > _last ? now : _last.AddTicks(1);
    }
}
