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
public sealed class EventTable(Tables tables)
{
    private const string Events = "Events";
    private const string Minutes = "EventMinutes";

    // One partition for each way, so that neither's mark hides the other's.
    private const string Pushed = "marked";
    private const string Pulled = "pulled";

    /// <summary>One transaction: Azure's limits are 100 rows and 4 MiB, and bytes travel as base64.</summary>
    private const int LargestBatchBytes = 2 * 1024 * 1024;

    /// <summary>Two writers of the same events see each other's rows at the second try; more is trouble.</summary>
    private const int Tries = 8;

    /// <summary>Stores events that are not there yet, and counts them. Repeating it changes nothing.</summary>
    /// <param name="events">All pushed, or all pulled.</param>
    /// <param name="receivedAt">When they came.</param>
    /// <param name="isPulled">They were asked of the journal: these say nothing of whether pushes arrive.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<EventsAdded> AddAsync(
        IReadOnlyList<WebhookEvent> events, DateTimeOffset receivedAt, bool isPulled, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Events, cancellationToken);
        var added = await Task.WhenAll(events
            .DistinctBy(item => (item.Portal, item.At, item.Identity))
            .GroupBy(item => Keys.EventPartition(item.Portal, item.At))
            .SelectMany(partition => Batches([.. partition.OrderBy(item => item.At)]))
            .Select(batch => AddBatchAsync(table, batch, receivedAt, cancellationToken)));
        // Marked last, and also when nothing was new: after a crash before this line the events are not acknowledged, so they come again.
        var way = isPulled ? Pulled : Pushed;
        await tables.UpsertAsync(
            Minutes, [.. events.Select(Minute).Distinct().Select(minute => Mark(way, minute.Portal, minute.At, receivedAt))], cancellationToken);
        var stored = added.Sum(batch => batch.Stored);
        List<(WebhookEvent, string)> refused = [.. added.SelectMany(batch => batch.Refused)];
        return new(stored, events.Count - stored - refused.Count, refused);
    }

    /// <summary>
    /// How many events there were in each minute with <paramref name="from"/> &lt;= minute &lt; <paramref name="to"/>, by type and source.
    /// </summary>
    public async Task<IReadOnlyList<EventCount>> ReadCountsAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Events, cancellationToken);
        List<EventCount> parts = [];
        foreach (var (partition, first, last) in Days(portal, from, to))
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {Keys.EventCountRowFrom(first)} and RowKey lt {EndOfDay(first, last) ?? "c}"}");
            await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
                parts.AddRange(JsonSerializer.Deserialize(row.GetString("Counts"), StoreJson.Default.IReadOnlyListEventCount)!);
        }
        return [.. parts.GroupBy(part => (part.Minute, part.Type, part.Source))
            .Select(same => new EventCount(same.Key.Minute, same.Key.Type, same.Key.Source, same.Sum(part => part.Count)))
            .OrderBy(count => count.Minute)
            .ThenBy(count => count.Type, StringComparer.Ordinal)
            .ThenBy(count => count.Source, StringComparer.Ordinal)];

        static string? EndOfDay(DateTimeOffset first, DateTimeOffset last) =>
            last.UtcDateTime.Date == first.UtcDateTime.Date ? Keys.EventCountRowFrom(last) : null;
    }

    /// <summary>Stored events with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, in the order in which they happened.</summary>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        long portal, string? type, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Events, cancellationToken);
        foreach (var (partition, first, last) in Days(portal, from, to))
        {
            var end = last.UtcDateTime.Date == first.UtcDateTime.Date ? Keys.EventRowFrom(last) : "e}";
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Keys.EventRowFrom(first)} and RowKey lt {end}");
            if (type is not null) filter += TableClient.CreateQueryFilter($" and Type eq {type}");
            await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) yield return FromRow(portal, row);
        }
    }

    /// <summary>
    /// The minutes of all portals whose counts have changed since they were last worked on; one that was pushed and pulled comes twice.
    /// </summary>
    public async Task<IReadOnlyList<MarkedMinute>> ReadMarkedAsync(CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Minutes, cancellationToken);
        List<MarkedMinute> marked = [];
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey ge {Pushed} and PartitionKey le {Pulled}"), cancellationToken: cancellationToken))
        {
            marked.Add(new(
                row.GetInt64("Portal")!.Value,
                row.GetDateTimeOffset("Minute")!.Value,
                row.GetDateTimeOffset("ReceivedAt")!.Value,
                row.PartitionKey == Pushed,
                row.ETag));
        }
        return marked;
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

    private static async Task<EventsAdded> AddBatchAsync(
        TableClient table, IReadOnlyList<WebhookEvent> batch, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        List<WebhookEvent> left = [.. batch];
        List<(WebhookEvent, string)> refused = [];
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            try
            {
                await table.SubmitTransactionAsync(Rows(left, receivedAt).Select(Add), cancellationToken);
                break;
            }
            catch (TableTransactionFailedException e) when (e.Status == 409 && attempt < Tries)
            {
                var known = await ReadKnownAsync(table, left, cancellationToken);
                left.RemoveAll(item => known.Contains(Keys.EventRow(item.At, item.Identity)));
            }
            catch (TableTransactionFailedException e) when (
                e.Status is 400 or 413 && e.FailedTransactionActionIndex is { } index && index < left.Count)
            {
                // One event that the store does not take must not keep its neighbours out.
                refused.Add((left[index], e.ErrorCode ?? "InvalidInput"));
                left.RemoveAt(index);
            }
        }
        return new(left.Count, batch.Count - left.Count - refused.Count, refused);
    }

    // Minute by minute, so that what is read lies close around the events that are asked for.
    private static async Task<HashSet<string>> ReadKnownAsync(
        TableClient table, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken)
    {
        HashSet<string> known = [];
        foreach (var minute in events.GroupBy(item => item.Minute))
        {
            var partition = Keys.EventPartition(minute.First().Portal, minute.Key);
            var (first, last) = (Keys.EventRowFrom(minute.Min(item => item.At)), Keys.EventRowFrom(minute.Max(item => item.At).AddMilliseconds(1)));
            // The last millisecond of a day has none after it.
            if (string.CompareOrdinal(last, first) < 0) last = "e}";
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {last}");
            await foreach (var row in table.QueryAsync<TableEntity>(
                filter, select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken))
            {
                known.Add(row.RowKey);
            }
        }
        return known;
    }

    /// <summary>Parts that fit into one transaction, each with the rows that count it.</summary>
    private static IEnumerable<IReadOnlyList<WebhookEvent>> Batches(IReadOnlyList<WebhookEvent> events)
    {
        List<WebhookEvent> batch = [];
        var (bytes, minutes) = (0, 0);
        foreach (var item in events)
        {
            var isNewMinute = batch.Count == 0 || batch[^1].Minute != item.Minute;
            if (batch.Count + minutes + (isNewMinute ? 2 : 1) > Tables.LargestBatch || bytes + item.Raw.Length > LargestBatchBytes)
            {
                yield return batch;
                (batch, bytes, minutes, isNewMinute) = ([], 0, 0, true);
            }
            batch.Add(item);
            bytes += item.Raw.Length;
            if (isNewMinute) minutes++;
        }
        if (batch.Count > 0) yield return batch;
    }

    private static IEnumerable<TableEntity> Rows(IReadOnlyList<WebhookEvent> batch, DateTimeOffset receivedAt) =>
        batch.Select(item => ToRow(item, receivedAt)).Concat(batch.GroupBy(item => item.Minute).Select(CountRow));

    private static TableEntity CountRow(IGrouping<DateTimeOffset, WebhookEvent> minute)
    {
        IReadOnlyList<EventCount> counts =
        [
            .. minute
                .GroupBy(item => (item.Type, item.Source))
                .Select(same => new EventCount(minute.Key, same.Key.Type, same.Key.Source, same.Count())),
        ];
        return new(Keys.EventPartition(minute.First().Portal, minute.Key), Keys.EventCountRow(minute.Key, minute.Select(item => item.Identity)))
        {
            ["Counts"] = JsonSerializer.Serialize(counts, StoreJson.Default.IReadOnlyListEventCount),
        };
    }

    internal static TableEntity ToRow(WebhookEvent item, DateTimeOffset receivedAt)
    {
        var row = new TableEntity(Keys.EventPartition(item.Portal, item.At), Keys.EventRow(item.At, item.Identity))
        {
            ["Type"] = item.Type,
            ["Source"] = item.Source,
            ["ReceivedAt"] = receivedAt,
        };
        RawColumns.Write(row, item.Raw);
        return row;
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

    private static (long Portal, DateTimeOffset At) Minute(WebhookEvent item) => (item.Portal, item.Minute);

    private static TableEntity Mark(string way, long portal, DateTimeOffset minute, DateTimeOffset at) =>
        new(way, Keys.EventMinute(portal, minute)) { ["Portal"] = portal, ["Minute"] = minute, ["ReceivedAt"] = at };

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    /// <summary>The partitions of an interval with the part of each that lies in it.</summary>
    private static IEnumerable<(string Partition, DateTimeOffset First, DateTimeOffset Last)> Days(
        long portal, DateTimeOffset from, DateTimeOffset to)
    {
        for (var first = from; first < to;)
        {
            var next = new DateTimeOffset(first.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            yield return (Keys.EventPartition(portal, first), first, next < to ? next : to);
            first = next;
        }
    }
}
