using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Readings</c>.</summary>
public sealed class ReadingTable(Tables tables)
{
    private const string Name = "Readings";

    /// <summary>Stores readings; one that is there already is replaced by the same.</summary>
    public Task WriteAsync(IReadOnlyCollection<Reading> readings, CancellationToken cancellationToken) =>
        readings.Count == 0 ? Task.CompletedTask : tables.UpsertAsync(Name, [.. readings.Select(ToRow)], cancellationToken);

    /// <summary>Readings with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public async Task<IReadOnlyList<Reading>> ReadAsync(long portal, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        List<Reading> readings = [];
        foreach (var partition in Months(from, to).Select(month => Keys.ReadingPartition(portal, metric, month)))
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Keys.ReadingRow(from)} and RowKey lt {Keys.ReadingRow(to)}");
            await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
                readings.Add(FromRow(portal, metric, row));
        }
        return readings;
    }

    private static IEnumerable<DateTimeOffset> Months(DateTimeOffset from, DateTimeOffset to)
    {
        var month = new DateTimeOffset(from.UtcDateTime.Year, from.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        for (; month < to; month = month.AddMonths(1)) yield return month;
    }

    private static TableEntity ToRow(Reading reading)
    {
        var row = new TableEntity(Keys.ReadingPartition(reading.Portal, reading.Metric, reading.At), Keys.ReadingRow(reading.At))
        {
            ["At"] = reading.At,
            ["Value"] = reading.Value,
            ["Quality"] = reading.Quality.ToString(),
        };
        if (reading.Since is { } since) row["Since"] = since;
        if (reading.Limit is { } limit) row["Limit"] = limit;
        if (reading.ResetsAt is { } resetsAt) row["ResetsAt"] = resetsAt;
        if (reading.Expected is { } expected)
        {
            row["ExpectedLow"] = expected.Low;
            row["Expected"] = expected.Middle;
            row["ExpectedHigh"] = expected.High;
            row["TailProbability"] = expected.TailProbability;
        }
        return row;
    }

    private static Reading FromRow(long portal, string metric, TableEntity row) => new()
    {
        Portal = portal,
        Metric = metric,
        At = row.GetDateTimeOffset("At")!.Value,
        Value = row.GetDouble("Value")!.Value,
        Quality = Enum.Parse<ReadingQuality>(row.GetString("Quality")),
        Since = row.GetDateTimeOffset("Since"),
        Limit = row.GetDouble("Limit"),
        ResetsAt = row.GetDateTimeOffset("ResetsAt"),
        Expected = row.GetDouble("Expected") is { } middle
            ? new(row.GetDouble("ExpectedLow")!.Value, middle, row.GetDouble("ExpectedHigh")!.Value, row.GetDouble("TailProbability")!.Value)
            : null,
    };
}
