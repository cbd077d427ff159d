using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// Tables <c>Events</c> and <c>EventMinutes</c>: the archive of webhook events, and how many there were in each minute.
/// An event and its place in the count are written in one transaction, and only where the event is new: so the counts are
/// exact, whoever writes how often, and nobody ever reads the events again to count them.
/// </summary>
public sealed partial class EventTable(Tables tables)
{
    private const string Events = "Events";
    private const string Minutes = "EventMinutes";

    // One partition for each way, so that neither's mark hides the other's.
    private const string Pushed = "marked";
    private const string Pulled = "pulled";

    /// <summary>
    /// How many events there were in each minute with <paramref name="from"/> &lt;= minute &lt; <paramref name="to"/>, by type and source.
    /// </summary>
    public async Task<IReadOnlyList<EventCount>> ReadCountsAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        List<EventCount> parts = [];
        foreach (var (partition, first, end) in Days(portal, from, to))
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {Keys.EventCountRowFrom(first)} and RowKey lt {Keys.EventCountRowsUntil(end)}");
            await foreach (var row in tables.ReadAsync(Events, filter, cancellationToken))
                parts.AddRange(JsonSerializer.Deserialize(row.GetString("Counts"), StoreJson.Default.IReadOnlyListEventCount)!);
        }
        return [.. parts.GroupBy(part => (part.Minute, part.Type, part.Source))
            .Select(same => new EventCount(same.Key.Minute, same.Key.Type, same.Key.Source, same.Sum(part => part.Count)))
            .OrderBy(count => count.Minute)
            .ThenBy(count => count.Type, StringComparer.Ordinal)
            .ThenBy(count => count.Source, StringComparer.Ordinal)];
    }

    /// <summary>Stored events with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, in the order in which they happened.</summary>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        long portal, string? type, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (partition, first, end) in Days(portal, from, to))
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {Keys.EventRowFrom(first)} and RowKey lt {Keys.EventRowsUntil(end)}");
            if (type is not null) filter += TableClient.CreateQueryFilter($" and Type eq {type}");
            await foreach (var row in tables.ReadAsync(Events, filter, cancellationToken)) yield return FromRow(portal, row);
        }
    }

    /// <summary>
    /// The minutes of all portals whose counts have changed since they were last worked on; one that was pushed and pulled comes twice.
    /// </summary>
    public async Task<IReadOnlyList<MarkedMinute>> ReadMarkedAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {Pushed} and PartitionKey le {Pulled}");
        return await tables.ReadAsync(Minutes, filter, cancellationToken)
            .Select(row => new MarkedMinute(
                row.GetInt64("Portal")!.Value,
                row.GetDateTimeOffset("Minute")!.Value,
                row.GetDateTimeOffset("ReceivedAt")!.Value,
                row.PartitionKey == Pushed,
                row.ETag))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Takes a mark away, unless it was set anew since it was read.</summary>
    public async Task UnmarkAsync(MarkedMinute minute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(minute);
        var table = await tables.GetAsync(Minutes, cancellationToken);
        try
        {
            await table.DeleteEntityAsync(
                minute.IsPushed ? Pushed : Pulled, Keys.EventMinute(minute.Portal, minute.Minute), minute.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // It stays for the next run, or somebody else took it.
        }
    }

    /// <summary>Deletes the days of a portal that lie wholly before an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (first, last) = (Keys.EventPartition(portal, DateTimeOffset.UnixEpoch), Keys.EventPartition(portal, before));
        return tables.DeleteAsync(Events, TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {last}"), cancellationToken);
    }

    private static StoredEvent FromRow(long portal, TableEntity row)
    {
        var key = row.RowKey.Split('|');
        var at = DateTimeOffset.ParseExact(
            row.PartitionKey.Split('|')[1] + key[1], "yyyyMMddHHmmssfff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var item = new WebhookEvent
        {
            Portal = portal,
            Type = row.GetString("Type"),
            Source = row.GetString("Source"),
            At = at,
            Identity = key[2],
            Raw = RawColumns.Read(row),
        };
        return new(item, row.GetDateTimeOffset("ReceivedAt")!.Value);
    }

    /// <summary>The partitions of an interval with the part of each that lies in it; of those that it goes beyond there is no end.</summary>
    private static IEnumerable<(string Partition, DateTimeOffset First, DateTimeOffset? End)> Days(
        long portal, DateTimeOffset from, DateTimeOffset to)
    {
        for (var first = from; first < to;)
        {
            var next = new DateTimeOffset(first.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            yield return (Keys.EventPartition(portal, first), first, next <= to ? null : to);
            first = next;
        }
    }
}
