using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>A delivery as it stood when it was read; writing it back succeeds only if nobody else did.</summary>
public sealed record StoredDelivery(AlertDelivery Delivery, ETag ETag);

/// <summary>Table <c>Deliveries</c>: a partition per channel, newest first. What is queued here is the in-process bus.</summary>
public sealed class DeliveryTable(Tables tables)
{
    private const string Name = "Deliveries";

    /// <summary>
    /// Messages older than this are not looked for, so that the read stays a short range. Far longer than any delivery is tried, since
    /// a message counts from when it was made, and the monitor may have been off after that.
    /// </summary>
    internal static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>Writes a delivery down before it is sent.</summary>
    /// <returns>False: this message was written down for this channel before.</returns>
    public async Task<bool> TryAddAsync(AlertDelivery delivery, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            await table.AddEntityAsync(ToRow(delivery), cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Believed when the row is seen: a message that is taken for written down and is not would never be sent.
            if (await ReadAsync(delivery.Channel, delivery.Message, cancellationToken) is null) throw;
            return false;
        }
    }

    /// <returns>The delivery as it stands now; null: somebody else changed it first.</returns>
    public async Task<StoredDelivery?> TryWriteAsync(AlertDelivery delivery, StoredDelivery before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            var answer = await table.UpdateEntityAsync(ToRow(delivery), before.ETag, TableUpdateMode.Replace, cancellationToken);
            return new(delivery, answer.Headers.ETag!.Value);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return null;
        }
    }

    /// <summary>What a channel still has to send, oldest first, as far as it is due.</summary>
    public async Task<IReadOnlyList<StoredDelivery>> ReadDueAsync(string channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = Keys.NewestFirst(now - Window);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {channel} and RowKey lt {until} and IsOpen eq true and DueAt le {now}");
        var due = await tables.ReadAsync(Name, filter, cancellationToken)
            .Select(row => new StoredDelivery(FromRow(row), row.ETag))
            .ToListAsync(cancellationToken);
        due.Reverse();
        return due;
    }

    /// <summary>One message's delivery by one channel; null: it was never written down.</summary>
    public async Task<AlertDelivery?> ReadAsync(string channel, AlertMessage message, CancellationToken cancellationToken) =>
        await tables.FindAsync(Name, Keys.Checked(channel), Keys.Checked(Keys.Delivery(message)), cancellationToken) is { } row ? FromRow(row) : null;

    /// <summary>A channel's messages of the same alert that were made after this one.</summary>
    public Task<IReadOnlyList<AlertDelivery>> ReadLaterAsync(string channel, AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ReadAllAsync(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {channel} and RowKey lt {Keys.Delivery(message)} and AlertId eq {message.AlertId}"),
            cancellationToken);
    }

    /// <summary>What a channel gave up since an instant, newest message first.</summary>
    public async Task<IReadOnlyList<AlertDelivery>> ReadGivenUpAsync(string channel, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var until = Keys.NewestFirst(since - Window);
        return await ReadAllAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {channel} and RowKey lt {until} and FailedAt ge {since}"), cancellationToken);
    }

    /// <summary>A channel's newest deliveries.</summary>
    public async Task<IReadOnlyList<AlertDelivery>> ReadNewestAsync(string channel, int take, CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {channel}"), null, take, cancellationToken)
            .Select(FromRow)
            .ToListAsync(cancellationToken);

    /// <summary>
    /// One account's messages by a channel that were made at <paramref name="from"/> or later and before <paramref name="to"/>, newest first.
    /// </summary>
    public Task<IReadOnlyList<AlertDelivery>> ReadOfAsync(
        string channel, long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAllAsync(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {channel} and RowKey ge {Keys.NewestFirst(to.AddTicks(-1))} and RowKey lt {Keys.NewestFirst(from.AddTicks(-1))} and Portal eq {portal}"),
            cancellationToken);

    /// <summary>Deletes a channel's deliveries queued before an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(string channel, DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.DeleteAsync(
            Name, TableClient.CreateQueryFilter($"PartitionKey eq {channel} and RowKey gt {Keys.NewestFirst(before)}"), cancellationToken);

    private async Task<IReadOnlyList<AlertDelivery>> ReadAllAsync(string filter, CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, filter, cancellationToken).Select(FromRow).ToListAsync(cancellationToken);

    private static TableEntity ToRow(AlertDelivery delivery)
    {
        var row = new TableEntity(Keys.Checked(delivery.Channel), Keys.Checked(Keys.Delivery(delivery.Message)))
        {
            ["Portal"] = delivery.Message.Portal.Id,
            ["IsOpen"] = delivery.State is DeliveryState.Queued or DeliveryState.Sending,
            ["DueAt"] = delivery.DueAt,
            ["AlertId"] = delivery.Message.AlertId,
        };
        RawColumns.WriteJson(row, delivery, StoreJson.Default.AlertDelivery);
        if (delivery.FailedAt is { } failedAt) row["FailedAt"] = failedAt;
        return row;
    }

    private static AlertDelivery FromRow(TableEntity row) => RawColumns.ReadJson(row, StoreJson.Default.AlertDelivery);
}
