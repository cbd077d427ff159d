using System.Text.Json;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>How events come into the tables.</summary>
public sealed partial class EventTable
{
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

    private async Task<EventsAdded> AddBatchAsync(
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
                var known = await ReadKnownAsync(left, cancellationToken);
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
    private async Task<HashSet<string>> ReadKnownAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken)
    {
        HashSet<string> known = [];
        foreach (var minute in events.GroupBy(item => item.Minute))
        {
            var partition = Keys.EventPartition(minute.First().Portal, minute.Key);
            var first = Keys.EventRowFrom(minute.Min(item => item.At));
            var end = minute.Max(item => item.At).AddMilliseconds(1);
            // The last millisecond of a day has none after it.
            var last = Keys.EventRowsUntil(end.UtcDateTime.Date == minute.Key.UtcDateTime.Date ? end : null);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {last}");
            await foreach (var row in tables.ReadAsync(Events, filter, [nameof(TableEntity.RowKey)], null, cancellationToken)) known.Add(row.RowKey);
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

    private static (long Portal, DateTimeOffset At) Minute(WebhookEvent item) => (item.Portal, item.Minute);

    private static TableEntity Mark(string way, long portal, DateTimeOffset minute, DateTimeOffset at) =>
        new(way, Keys.EventMinute(portal, minute)) { ["Portal"] = portal, ["Minute"] = minute, ["ReceivedAt"] = at };

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);
}
