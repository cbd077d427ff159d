using System.Text;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>DeadLetters</c>: webhook events that could not be stored.</summary>
public sealed class DeadLetterTable(Tables tables)
{
    private const string Name = "DeadLetters";
    private const string Webhooks = "webhooks";

    /// <summary>Writes a dead letter down; one that is there already stays as it is.</summary>
    public async Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = new TableEntity(Webhooks, Keys.Checked(letter.Id))
        {
            ["Reason"] = letter.Reason,
            ["ReceivedAt"] = letter.ReceivedAt,
            ["IsCut"] = letter.IsCut,
        };
        if (letter.Portal is { } portal) row["Portal"] = portal;
        RawColumns.Write(row, Encoding.UTF8.GetBytes(letter.Raw));
        try
        {
            await table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // An earlier attempt to deliver the same event.
        }
    }

    /// <summary>Dead letters, newest first; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ReadAsync(int take, CancellationToken cancellationToken)
    {
        // Only the newest are held: there may be more than memory takes.
        PriorityQueue<DeadLetter, DateTimeOffset> newest = new();
        await foreach (var row in tables.ReadAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Webhooks}"), cancellationToken))
        {
            var letter = FromRow(row);
            newest.Enqueue(letter, letter.ReceivedAt);
            if (newest.Count > take) newest.Dequeue();
        }
        return [.. newest.UnorderedItems
            .Select(item => item.Element)
            .OrderByDescending(letter => letter.ReceivedAt)
            .ThenBy(letter => letter.Id, StringComparer.Ordinal)];
    }

    /// <summary>How many there are, counted no further than <paramref name="most"/>: a letter may be a megabyte, so only its key is read.</summary>
    public async Task<int> CountAsync(int most, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Webhooks}");
        return await tables.ReadAsync(Name, filter, [nameof(TableEntity.RowKey)], most, cancellationToken).CountAsync(cancellationToken);
    }

    /// <returns>Null: there is none with this id.</returns>
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!Keys.IsId(id)) return null;
        return await tables.FindAsync(Name, Webhooks, id, cancellationToken) is { } row ? FromRow(row) : null;
    }

    /// <summary>Notes how an attempt to store it again ended; nothing happens if it is gone meanwhile.</summary>
    public async Task NoteAsync(DeadLetter letter, string lastTry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            await table.UpdateEntityAsync(
                new TableEntity(Webhooks, letter.Id) { ["LastTry"] = lastTry }, ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody else stored it.
        }
    }

    public async Task RemoveAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var table = await tables.GetAsync(Name, cancellationToken);
        await table.DeleteEntityAsync(Webhooks, letter.Id, cancellationToken: cancellationToken);
    }

    /// <summary>Deletes what was received before an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.DeleteAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Webhooks} and ReceivedAt lt {before}"), cancellationToken);

    private static DeadLetter FromRow(TableEntity row) => new()
    {
        Id = row.RowKey,
        Reason = row.GetString("Reason"),
        ReceivedAt = row.GetDateTimeOffset("ReceivedAt")!.Value,
        Portal = row.GetInt64("Portal"),
        Raw = Encoding.UTF8.GetString(RawColumns.Read(row)),
        LastTry = row.GetString("LastTry"),
        IsCut = row.GetBoolean("IsCut") ?? false,
    };
}
