using Azure.Data.Tables;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>What <c>Azure.Data.Tables</c> reaches alone: the same rows, ready made, 100 in a transaction.</summary>
internal sealed class BareStore(string store, TimeProvider time)
{
    private const string Table = "BareEvents";

    private readonly TableServiceClient _service = new(store);

    public Task CreateAsync(CancellationToken cancellationToken) => _service.CreateTableIfNotExistsAsync(Table, cancellationToken);

    public async Task<LoadFigures> RunAsync(IReadOnlyList<byte[]> bodies, int concurrency, CancellationToken cancellationToken)
    {
        var table = _service.GetTableClient(Table);
        var now = time.GetUtcNow();
        TableTransactionAction[][] batches =
            [.. bodies.Select(body => EventReader.Read(body, now)!.Events.Select(item => Add(EventTable.ToRow(item, now))).ToArray())];
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        var (started, processor) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Parallel.ForEachAsync(
            batches, options, async (batch, cancellationToken) => await table.SubmitTransactionAsync(batch, cancellationToken));
        return new(batches.Sum(batch => batch.Length), time.GetElapsedTime(started), Environment.CpuUsage.TotalTime - processor);
    }

    /// <summary>How many event rows a table holds.</summary>
    public async Task<int> CountAsync(string table, CancellationToken cancellationToken)
    {
        var count = 0;
        var rows = _service.GetTableClient(table)
            .QueryAsync<TableEntity>("RowKey ge 'e|' and RowKey lt 'e}'", select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken);
        await foreach (var row in rows) count++;
        return count;
    }

    /// <summary>How many events the count rows of a table tell of.</summary>
    public async Task<int> SumCountsAsync(string table, CancellationToken cancellationToken)
    {
        var count = 0;
        var rows = _service.GetTableClient(table)
            .QueryAsync<TableEntity>("RowKey ge 'c|' and RowKey lt 'c}'", cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            count += System.Text.Json.JsonDocument.Parse(row.GetString("Counts")).RootElement
                .EnumerateArray()
                .Sum(part => part.GetProperty("count").GetInt32());
        }
        return count;
    }

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);
}
