using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Activity</c>: what HubSpot's three histories of an account told, each event once.</summary>
public sealed class ActivityTable(Tables tables)
{
    private const string Name = "Activity";

    /// <summary>Two writers of the same events see each other's rows at the second try; more is trouble.</summary>
    private const int Tries = 4;

    /// <summary>Stores what is not there yet. Repeating it changes nothing.</summary>
    /// <returns>The events that were new, in the order in which they happened.</returns>
    public async Task<IReadOnlyList<ActivityEvent>> AddAsync(IReadOnlyCollection<ActivityEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        List<ActivityEvent> added = [];
        foreach (var feed in events.GroupBy(item => (item.Portal, item.Feed)))
        {
            var ordered = feed.DistinctBy(Key).OrderBy(Partition, StringComparer.Ordinal).ThenBy(Row, StringComparer.Ordinal).ToList();
            var known = await ReadKnownAsync(ordered, cancellationToken);
            // Cut texts keep so many rows far below a transaction's 4 MiB.
            foreach (var batch in ordered
                .Where(item => !known.Contains(Key(item)))
                .GroupBy(Partition)
                .SelectMany(day => day.Chunk(Tables.LargestBatch)))
            {
                added.AddRange(await AddBatchAsync(batch, cancellationToken));
            }
        }
        return [.. added.OrderBy(item => item.At).ThenBy(item => item.Id, StringComparer.Ordinal).ThenBy(item => item.Feed)];
    }

    /// <summary>Events of one feed, or of all, with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, by time, id and feed.</summary>
    public async IAsyncEnumerable<ActivityEvent> ReadAsync(
        long portal, ActivityFeed? feed, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<IAsyncEnumerator<ActivityEvent>> heads = [];
        try
        {
            foreach (var one in feed is { } only ? [only] : Enum.GetValues<ActivityFeed>())
            {
                var head = ReadFeedAsync(portal, one, from, to, cancellationToken).GetAsyncEnumerator(cancellationToken);
                if (await head.MoveNextAsync()) heads.Add(head);
                else await head.DisposeAsync();
            }
            while (heads.Count > 0)
            {
                foreach (var item in await TakeEarliestAsync(heads)) yield return item;
            }
        }
        finally
        {
            foreach (var head in heads) await head.DisposeAsync();
        }
    }

    /// <summary>Deletes the days of a portal that lie wholly before an instant.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> PruneAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var feed in Enum.GetValues<ActivityFeed>())
        {
            var (first, last) = (Keys.ActivityPartition(portal, feed, DateTimeOffset.UnixEpoch), Keys.ActivityPartition(portal, feed, before));
            count += await tables.DeleteAsync(
                Name, TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {last}"), cancellationToken);
        }
        return count;
    }

    private static string Partition(ActivityEvent item) => Keys.ActivityPartition(item.Portal, item.Feed, item.At);

    private static string Row(ActivityEvent item) => Keys.ActivityRow(item.At, item.Id);

    private static (string Partition, string Row) Key(ActivityEvent item) => (Partition(item), Row(item));

    /// <summary>What is stored of one history between the first and the last of some events, which come in order of their keys.</summary>
    private async Task<HashSet<(string Partition, string Row)>> ReadKnownAsync(
        IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken)
    {
        HashSet<(string, string)> known = [];
        foreach (var filter in FiltersOf(events))
        {
            string[] keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];
            await foreach (var row in tables.ReadAsync(Name, filter, keys, null, cancellationToken)) known.Add((row.PartitionKey, row.RowKey));
        }
        return known;
    }

    // A page has all that happened between its first and its last event, and of a
    // quiet account it goes over months: one question for each day would be a hundred.
    private static IEnumerable<string> FiltersOf(IReadOnlyList<ActivityEvent> events)
    {
        var ((firstDay, firstRow), (lastDay, lastRow)) = (Key(events[0]), Key(events[^1]));
        if (firstDay == lastDay)
            return [TableClient.CreateQueryFilter($"PartitionKey eq {firstDay} and RowKey ge {firstRow} and RowKey le {lastRow}")];
        return
        [
            TableClient.CreateQueryFilter($"PartitionKey eq {firstDay} and RowKey ge {firstRow}"),
            TableClient.CreateQueryFilter($"PartitionKey gt {firstDay} and PartitionKey lt {lastDay}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {lastDay} and RowKey le {lastRow}"),
        ];
    }

    // Added, not replaced: so two who store the same event at the same time do not both take it for new.
    private async Task<IReadOnlyList<ActivityEvent>> AddBatchAsync(IReadOnlyList<ActivityEvent> batch, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var left = batch;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            try
            {
                await table.SubmitTransactionAsync(
                    left.Select(item => new TableTransactionAction(TableTransactionActionType.Add, ToRow(item))), cancellationToken);
                break;
            }
            catch (TableTransactionFailedException e) when (e.Status == 409 && attempt < Tries)
            {
                var known = await ReadKnownAsync(left, cancellationToken);
                left = [.. left.Where(item => !known.Contains(Key(item)))];
            }
        }
        return left;
    }

    private async IAsyncEnumerable<ActivityEvent> ReadFeedAsync(
        long portal, ActivityFeed feed, DateTimeOffset from, DateTimeOffset to,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Partitions sort by day and rows by time within it, so this is one range; its two ends are trimmed here.
        var (first, last) = (Keys.ActivityPartition(portal, feed, from), Keys.ActivityPartition(portal, feed, to));
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last}");
        await foreach (var row in tables.ReadAsync(Name, filter, cancellationToken))
        {
            var item = FromRow(portal, feed, row);
            if (item.At >= from && item.At < to) yield return item;
        }
    }

    /// <summary>Takes the events of the earliest instant off all feeds.</summary>
    private static async Task<IEnumerable<ActivityEvent>> TakeEarliestAsync(List<IAsyncEnumerator<ActivityEvent>> heads)
    {
        var at = heads.Min(head => head.Current.At);
        List<ActivityEvent> same = [];
        foreach (var head in heads.Where(head => head.Current.At == at).ToList())
        {
            bool hasMore;
            do
            {
                same.Add(head.Current);
                hasMore = await head.MoveNextAsync();
            }
            while (hasMore && head.Current.At == at);
            if (hasMore) continue;
            heads.Remove(head);
            await head.DisposeAsync();
        }
        return same.OrderBy(item => item.Id, StringComparer.Ordinal).ThenBy(item => item.Feed);
    }

    private static TableEntity ToRow(ActivityEvent item)
    {
        var row = new TableEntity(Partition(item), Row(item)) { ["Id"] = item.Id, ["At"] = item.At, ["Type"] = item.Type };
        if (item.UserId is { } userId) row["UserId"] = userId;
        Set("User", item.User);
        Set("ObjectId", item.ObjectId);
        Set("IpAddress", item.IpAddress);
        Set("Location", item.Location);
        Set("Country", item.Country);
        Set("Region", item.Region);
        Set("UserAgent", item.UserAgent);
        return row;

        void Set(string name, string? value)
        {
            if (value is not null) row[name] = value;
        }
    }

    private static ActivityEvent FromRow(long portal, ActivityFeed feed, TableEntity row) => new()
    {
        Portal = portal,
        Feed = feed,
        Id = row.GetString("Id"),
        At = row.GetDateTimeOffset("At")!.Value,
        Type = row.GetString("Type"),
        UserId = row.GetInt64("UserId"),
        User = row.GetString("User"),
        ObjectId = row.GetString("ObjectId"),
        IpAddress = row.GetString("IpAddress"),
        Location = row.GetString("Location"),
        Country = row.GetString("Country"),
        Region = row.GetString("Region"),
        UserAgent = row.GetString("UserAgent"),
    };
}
