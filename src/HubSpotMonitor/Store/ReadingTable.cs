using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Readings</c>.</summary>
public sealed class ReadingTable(Tables tables)
{
    private const string Name = "Readings";

    /// <summary>Stores readings; one that is there already is replaced by the same.</summary>
    public async Task WriteAsync(IReadOnlyCollection<Reading> readings, CancellationToken cancellationToken)
    {
        if (readings.Count == 0) return;
        await tables.UpsertAsync(Name, [.. readings.Select(ToRow), .. SubjectRows(readings)], cancellationToken);
        Telemetry.StoredReadings(readings.Count);
    }

    /// <summary>Readings of the portal as a whole with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Reading>> ReadAsync(
        long portal, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAsync(portal, metric, null, from, to, cancellationToken);

    /// <summary>Readings of one subject with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public async Task<IReadOnlyList<Reading>> ReadAsync(
        long portal, string metric, string? subject, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        List<Reading> readings = [];
        foreach (var partition in Months(from, to).Select(month => Keys.ReadingPartition(portal, metric, subject, month)))
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {Keys.ReadingRow(from)} and RowKey lt {Keys.ReadingRow(to)}");
            await foreach (var row in tables.ReadAsync(Name, filter, cancellationToken)) readings.Add(FromRow(portal, metric, row));
        }
        return readings;
    }

    /// <summary>The subjects of a metric, each with the time of the latest reading that was written.</summary>
    public async Task<IReadOnlyList<(string Subject, DateTimeOffset LastAt)>> ReadSubjectsAsync(
        long portal, string metric, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.SubjectPartition(portal, metric)}");
        return await tables.ReadAsync(Name, filter, cancellationToken)
            .Select(row => (row.GetString("Subject"), row.GetDateTimeOffset("LastAt")!.Value))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Deletes the months of a metric that lie wholly before an instant, of all subjects.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> PruneAsync(long portal, string metric, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var count = await PruneSubjectAsync(null);
        foreach (var (subject, _) in await ReadSubjectsAsync(portal, metric, cancellationToken)) count += await PruneSubjectAsync(subject);
        return count;

        Task<int> PruneSubjectAsync(string? subject)
        {
            var (first, last) = (
                Keys.ReadingPartition(portal, metric, subject, DateTimeOffset.UnixEpoch),
                Keys.ReadingPartition(portal, metric, subject, before));
            return tables.DeleteAsync(Name, TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {last}"), cancellationToken);
        }
    }

    private static IEnumerable<TableEntity> SubjectRows(IReadOnlyCollection<Reading> readings) => readings
        .Where(reading => reading.Subject is not null)
        .GroupBy(reading => (reading.Portal, reading.Metric, Subject: reading.Subject!))
        .Select(same => new TableEntity(Keys.SubjectPartition(same.Key.Portal, same.Key.Metric), Keys.Subject(same.Key.Subject))
        {
            ["Subject"] = same.Key.Subject,
            ["LastAt"] = same.Max(reading => reading.At),
        });

    private static IEnumerable<DateTimeOffset> Months(DateTimeOffset from, DateTimeOffset to)
    {
        var month = new DateTimeOffset(from.UtcDateTime.Year, from.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        for (; month < to; month = month.AddMonths(1)) yield return month;
    }

    private static TableEntity ToRow(Reading reading)
    {
        var row = new TableEntity(Keys.ReadingPartition(reading.Portal, reading.Metric, reading.Subject, reading.At), Keys.ReadingRow(reading.At))
        {
            ["At"] = reading.At,
            ["Value"] = reading.Value,
            ["Quality"] = reading.Quality.ToString(),
        };
        if (reading.Subject is { } subject) row["Subject"] = subject;
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
        Subject = row.GetString("Subject"),
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
