using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Store;

/// <summary>The way to Table Storage. A table is made when it is first asked for.</summary>
public sealed class Tables
{
    /// <summary>Azure answers 400 to who asks for more rows at once.</summary>
    private const int LargestPage = 1000;

    /// <summary>Rows in one transaction: Azure's limit.</summary>
    public const int LargestBatch = 100;

    /// <summary>
    /// A transaction is mostly waiting: one after the other, a large account's month would take
    /// longer than a run may. More at once would press on the store that a poll needs meanwhile.
    /// </summary>
    private const int DeletedAtOnce = 4;

    private readonly TableServiceClient _service;
    private readonly string _prefix;
    private readonly ConcurrentDictionary<string, TableClient> _ready = new();

    public Tables(IOptions<StoreOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = options.Value;
        _prefix = store.TablePrefix;
        // Three tries of five seconds: a store that is away for longer must be seen, and the next run comes soon.
        var client = new TableClientOptions
        {
            Retry =
            {
                MaxRetries = 2,
                Delay = TimeSpan.FromMilliseconds(200),
                Mode = RetryMode.Exponential,
                NetworkTimeout = TimeSpan.FromSeconds(5),
            },
        };
        client.AddPolicy(new BriefTransactionAnswers(), HttpPipelinePosition.PerCall);
        _service = store.AccountName is { Length: > 0 } account
            ? new(new Uri($"https://{account}.table.core.windows.net"), new DefaultAzureCredential(), client)
            : new(store.ConnectionString, client);
    }

    internal async ValueTask<TableClient> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (_ready.TryGetValue(name, out var ready)) return ready;
        var table = _service.GetTableClient(_prefix + name);
        await table.CreateIfNotExistsAsync(cancellationToken);
        return _ready.GetOrAdd(name, table);
    }

    /// <summary>For the few callers that cannot wait otherwise.</summary>
    internal TableClient Get(string name)
    {
        if (_ready.TryGetValue(name, out var ready)) return ready;
        var table = _service.GetTableClient(_prefix + name);
        table.CreateIfNotExists();
        return _ready.GetOrAdd(name, table);
    }

    /// <returns>Null: there is no row with these keys.</returns>
    internal Task<TableEntity?> FindAsync(string name, string partition, string key, CancellationToken cancellationToken) =>
        FindAsync(name, partition, key, null, cancellationToken);

    /// <param name="name">The table.</param>
    /// <param name="partition">The row's partition.</param>
    /// <param name="key">Its key.</param>
    /// <param name="columns">Only these are read; null: all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null: there is no row with these keys.</returns>
    internal async Task<TableEntity?> FindAsync(
        string name, string partition, string key, IEnumerable<string>? columns, CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        var answer = await table.GetEntityIfExistsAsync<TableEntity>(partition, key, columns, cancellationToken);
        return answer.HasValue ? answer.Value : null;
    }

    /// <summary>The rows that a filter names, in the order of their keys.</summary>
    internal IAsyncEnumerable<TableEntity> ReadAsync(string name, string filter, CancellationToken cancellationToken) =>
        ReadAsync(name, filter, null, null, cancellationToken);

    /// <summary>The rows that a filter names, in the order of their keys.</summary>
    /// <param name="name">The table.</param>
    /// <param name="filter">In OData's words.</param>
    /// <param name="columns">Only these are read; null: all.</param>
    /// <param name="take">How many are wanted, so that no more are asked for at once; null: all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async IAsyncEnumerable<TableEntity> ReadAsync(
        string name, string filter, IEnumerable<string>? columns, int? take, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        int? atOnce = take is { } most ? Math.Min(most, LargestPage) : null;
        var rows = table.QueryAsync<TableEntity>(filter, atOnce, columns, cancellationToken);
        await foreach (var row in take is { } wanted ? rows.Take(wanted) : rows) yield return row;
    }

    /// <summary>Replaces rows, in transactions of one partition each. Repeating it changes nothing.</summary>
    /// <exception cref="ArgumentException">A key that Azure would refuse; nothing is written then.</exception>
    internal async Task UpsertAsync(string name, IReadOnlyCollection<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            Keys.Checked(row.PartitionKey);
            Keys.Checked(row.RowKey);
        }
        var table = await GetAsync(name, cancellationToken);
        // Azurite takes a transaction over two partitions or with the same row twice; Azure does not.
        foreach (var partition in rows.GroupBy(row => row.PartitionKey))
        {
            foreach (var batch in partition.DistinctBy(row => row.RowKey).Chunk(LargestBatch))
            {
                if (batch is [var only])
                    await table.UpsertEntityAsync(only, TableUpdateMode.Replace, cancellationToken); // half the cost of a transaction
                else
                    await table.SubmitTransactionAsync(batch.Select(Replace), cancellationToken);
            }
        }
    }

    /// <summary>Deletes all rows that a filter names.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> DeleteAsync(string name, string filter, CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        var count = 0;
        // Page by page: a table may hold more than memory does.
        await foreach (var page in table
            .QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .AsPages())
        {
            var batches = page.Values.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(LargestBatch));
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = DeletedAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(batches, atOnce, async (batch, stop) =>
            {
                var deleted = await DeleteBatchAsync(table, batch, stop);
                Interlocked.Add(ref count, deleted);
            });
        }
        return count;
    }

    // Somebody who deletes the same rows at the same time is no trouble.
    private static async Task<int> DeleteBatchAsync(TableClient table, TableEntity[] batch, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(
                batch.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row)), cancellationToken);
        }
        catch (TableTransactionFailedException e) when (e.Status == 404)
        {
            foreach (var row in batch) await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
        }
        return batch.Length;
    }

    private static TableTransactionAction Replace(TableEntity row) => new(TableTransactionActionType.UpsertReplace, row);
}
