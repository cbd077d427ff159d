using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Benchmarks.Day;
using HubSpotMonitor.Benchmarks.MemoryTables;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class MemoryTablesTests(SharedAzurite azurite)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Filters =
    [
        "", "PartitionKey eq 'p1'", "PartitionKey ge 'p1' and PartitionKey lt 'p3'", "RowKey eq 'r2'",
        "PartitionKey eq 'p''%2F 0' and RowKey ge 'r1' and RowKey lt 'r3'",
        "PartitionKey eq 'p2' and RowKey ge 'r0' and RowKey le 'r4' and (RowKey lt 'r1' or RowKey ge 'r3')",
        "PartitionKey eq 'p1' and IsOpen eq true", "PartitionKey le 'p2' and RowKey gt 'r2'",
        TableClient.CreateQueryFilter($"At ge {Noon.AddHours(2)} and At lt {Noon.AddHours(5)}"), "Number gt 3 and Number ne 5",
        "Long ge 20000000000L or Says eq 'word 1'",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Tables_in_memory_answer_as_Azurite_does(int seed)
    {
        await using var server = await MemoryTablesServer.StartAsync(TimeProvider.System, Stop);
        var name = SharedAzurite.NewPrefix() + "Rows";
        var (one, other) = (new TableClient(AzuriteServer.ConnectionStringOf(server.Address), name), new TableClient(azurite.ConnectionString, name));
        (await ToldAsync(() => one.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop).AsTask())).ShouldBe(
            await ToldAsync(() => other.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop).AsTask()));
        foreach (var table in (TableClient[])[one, one, other, other]) await table.CreateIfNotExistsAsync(Stop);

        var random = new Random(seed);
        for (var step = 0; step < 400; step++)
        {
            var change = Change(random, step);
            (await ToldAsync(() => change(one))).ShouldBe(await ToldAsync(() => change(other)), $"step {step}");
        }
        foreach (var filter in Filters)
        {
            foreach (var (page, columns) in ((int?, string[]?)[])[(null, null), (3, null), (2, ["PartitionKey", "RowKey", "At"])])
                (await RowsAsync(one, filter, page, columns)).ShouldBe(await RowsAsync(other, filter, page, columns), filter);
        }
    }

    [Fact]
    public async Task More_than_a_thousand_rows_at_once_are_refused_as_in_Azure_and_the_products_tables_never_ask_for_them()
    {
        await using var server = await MemoryTablesServer.StartAsync(TimeProvider.System, Stop);
        var tables = new Tables(Options.Create(new StoreOptions { ConnectionString = server.ConnectionString, TablePrefix = "t" }));
        var rows = await tables.GetAsync("Deliveries", Stop);
        var refusal = await Should.ThrowAsync<RequestFailedException>(
            () => rows.QueryAsync<TableEntity>(maxPerPage: 1001, cancellationToken: Stop).CountAsync(Stop).AsTask());

        refusal.Status.ShouldBe(400);

        (await new DeliveryTable(tables).ReadNewestAsync("email", 2000, Stop)).ShouldBeEmpty();
        (await new AlertTable(tables).ReadClosedAsync(1, 2000, Stop)).ShouldBeEmpty();
        (await new RotationProofTable(tables).ReadAsync(1, 2000, Stop)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(32_768, 65_536, 1, null)]
    [InlineData(32_769, 65_536, 1, "PropertyValueTooLarge")]
    [InlineData(32_768, 65_537, 1, "PropertyValueTooLarge")]
    [InlineData(1, 65_536, 11, null)]
    [InlineData(1, 65_536, 12, "EntityTooLarge")]
    public async Task What_is_too_large_for_a_column_or_a_row_is_refused_as_in_Azurite_alone_and_among_others(
        int letters, int bytes, int columns, string? error)
    {
        await using var server = await MemoryTablesServer.StartAsync(TimeProvider.System, Stop);
        var name = SharedAzurite.NewPrefix() + "Large";
        var row = new TableEntity("p", "large") { ["Says"] = new string('a', letters) };
        for (var column = 0; column < columns; column++) row[$"Raw{column}"] = new byte[bytes];
        TableTransactionAction[] both =
        [
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "small")),
            new(TableTransactionActionType.UpsertReplace, row),
        ];
        foreach (var connection in (string[])[server.ConnectionString, azurite.ConnectionString])
        {
            var table = new TableClient(connection, name);
            await table.CreateIfNotExistsAsync(Stop);
            (await ToldAsync(async () => (await table.UpsertEntityAsync(row, TableUpdateMode.Replace, Stop)).Status))
                .ShouldBe(error is null ? "204" : $"400 {error}");
            (await ToldAsync(async () => (await table.SubmitTransactionAsync(both, Stop)).Value.Count))
                .ShouldBe(error is null ? "2" : $"400 {error} at 1");
            (await table.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop)).ShouldBe(error is null ? 2 : 0);
        }
    }

    [Fact]
    public async Task As_much_lies_in_the_tables_of_a_prefix_as_in_Azurites()
    {
        await using var server = await MemoryTablesServer.StartAsync(TimeProvider.System, Stop);
        var (prefix, random) = (SharedAzurite.NewPrefix(), new Random(4));
        List<TableEntity> rows = [.. Enumerable.Range(0, 20).Select(step => Row(random, step))];
        foreach (var connection in (string[])[server.ConnectionString, azurite.ConnectionString])
        {
            foreach (var name in (string[])["One", "Two"])
            {
                var table = new TableClient(connection, prefix + name);
                await table.CreateIfNotExistsAsync(Stop);
                foreach (var row in rows) await table.UpsertEntityAsync(row, TableUpdateMode.Replace, Stop);
            }
        }

        var size = await StoredSize.ReadAsync(server.ConnectionString, prefix, Stop);
        size.Rows.ShouldBe(2 * rows.DistinctBy(row => (row.PartitionKey, row.RowKey)).Count());
        size.ShouldBe(await StoredSize.ReadAsync(azurite.ConnectionString, prefix, Stop));
    }

    private static Func<TableClient, Task<object?>> Change(Random random, int step)
    {
        var row = Row(random, step);
        List<TableEntity> more = [.. Enumerable.Range(0, random.Next(1, 5))
            .Select(_ => Row(random, step))
            .Select(other => new TableEntity(other) { PartitionKey = row.PartitionKey })
            .DistinctBy(other => other.RowKey)];
        List<TableTransactionActionType> kinds = [.. more.Select(_ => (TableTransactionActionType)random.Next(6))];
        return random.Next(8) switch
        {
            0 => async table => (await table.AddEntityAsync(row, Stop)).Status,
            1 => async table => (await table.UpsertEntityAsync(row, TableUpdateMode.Replace, Stop)).Status,
            2 => async table => (await table.UpsertEntityAsync(row, TableUpdateMode.Merge, Stop)).Status,
            3 => async table => (await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Stop)).Status,
            4 => async table =>
                (await table.UpdateEntityAsync(row, ETag.All, step % 2 == 0 ? TableUpdateMode.Merge : TableUpdateMode.Replace, Stop)).Status,
            5 => table => ChangeTwiceAsync(table, row),
            _ => async table =>
                (await table.SubmitTransactionAsync(more.Zip(kinds, (entity, kind) => new TableTransactionAction(kind, entity)), Stop)).Value.Count,
        };
    }

    // The second comes with an ETag that is no more.
    private static async Task<object?> ChangeTwiceAsync(TableClient table, TableEntity row)
    {
        var known = await table.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Stop);
        var first = (await table.UpdateEntityAsync(row, known.Value.ETag, TableUpdateMode.Replace, Stop)).Status;
        return (first, await ToldAsync(async () => (await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, known.Value.ETag, Stop)).Status));
    }

    private static TableEntity Row(Random random, int step)
    {
        var row = new TableEntity(
            random.Next(4) is 0 ? "p'%2F 0" : $"p{random.Next(1, 4)}",
            random.Next(9) is 0 ? "ré ~" : $"r{random.Next(6)}")
        {
            ["Step"] = step,
        };
        if (random.Next(2) == 0) row["IsOpen"] = random.Next(2) == 0;
        if (random.Next(2) == 0) row["At"] = Noon.AddHours(random.Next(8)).AddTicks(random.Next(1000));
        if (random.Next(2) == 0) row["Number"] = random.Next(8);
        if (random.Next(2) == 0) row["Long"] = 10_000_000_000L * random.Next(4);
        if (random.Next(2) == 0) row["Says"] = random.Next(4) == 0 ? "it's \"ü\" {}\r\n--x" : $"word {random.Next(3)}";
        if (random.Next(2) == 0) row["Raw"] = new byte[] { 0, 1, 255 };
        if (random.Next(2) == 0) row["Share"] = random.Next(1, 10) / 4d;
        return row;
    }

    private static async Task<string> ToldAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return $"{await ask()}";
        }
        catch (TableTransactionFailedException e)
        {
            return $"{e.Status} {e.ErrorCode} at {e.FailedTransactionActionIndex}";
        }
        catch (RequestFailedException e)
        {
            return $"{e.Status} {e.ErrorCode}";
        }
    }

    private static async Task<List<string>> RowsAsync(TableClient table, string filter, int? page, string[]? columns)
    {
        var rows = await table.QueryAsync<TableEntity>(filter, page, columns, Stop).ToListAsync(Stop);
        return [.. rows.Select(row => string.Join("; ", row
            .Where(column => column.Key is not ("odata.etag" or "Timestamp"))
            .OrderBy(column => column.Key, StringComparer.Ordinal)
            .Select(column =>
                $"{column.Key}={(column.Value is byte[] bytes ? Convert.ToHexString(bytes) : column.Value)} {column.Value?.GetType().Name}")))];
    }
}
