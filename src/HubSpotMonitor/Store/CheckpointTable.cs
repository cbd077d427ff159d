using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>How far the work on one portal has come and what it came to.</summary>
/// <param name="Usage">Null: never polled.</param>
/// <param name="Posture">Null: never judged.</param>
public sealed record PortalMarks(UsageCheckpoint? Usage, PostureScore? Posture);

/// <summary>A portal's usage checkpoint as it stood when it was read.</summary>
/// <param name="Checkpoint">Null: never polled.</param>
/// <param name="Holder">Who polled last or polls now, a name of its own for each poll.</param>
/// <param name="HeldUntil">After this the poll counts as dead; null: none is at work.</param>
/// <param name="ETag">Null: there is no row.</param>
public sealed record StoredCheckpoint(UsageCheckpoint? Checkpoint, string? Holder, DateTimeOffset? HeldUntil, ETag? ETag)
{
    /// <summary>There is no row.</summary>
    public static readonly StoredCheckpoint None = new(null, null, null, null);
}

/// <summary>Table <c>Checkpoints</c>: a row per portal and stream.</summary>
public sealed class CheckpointTable(Tables tables)
{
    private const string Name = "Checkpoints";
    private const string Usage = "usage";
    private const string Posture = "posture";
    private const string Journal = "journal";
    private const string Digest = "digest";

    public async Task<UsageCheckpoint?> ReadAsync(long portal, CancellationToken cancellationToken) =>
        (await ReadStoredAsync(portal, cancellationToken)).Checkpoint;

    /// <summary>The checkpoint, and whether a poll is at work.</summary>
    public async Task<StoredCheckpoint> ReadStoredAsync(long portal, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(Name, Keys.Portal(portal), Usage, cancellationToken);
        return row is null ? StoredCheckpoint.None : new(UsageOf(row), row.GetString("Holder"), row.GetDateTimeOffset("HeldUntil"), row.ETag);
    }

    /// <summary>Takes the checkpoint for one poll, so that no other counts the same calls meanwhile.</summary>
    /// <returns>Null: somebody else was faster.</returns>
    public Task<StoredCheckpoint?> TryHoldAsync(long portal, StoredCheckpoint before, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        return TryPutAsync(
            portal, before with { Holder = Guid.NewGuid().ToString("N"), HeldUntil = until }, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Writes the checkpoint after a poll that has held it, and gives it back.</summary>
    /// <returns>False: the poll took so long that somebody else took over, and nothing was changed.</returns>
    public async Task<bool> TryWriteAsync(UsageCheckpoint checkpoint, StoredCheckpoint held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(held);
        var after = held with { Checkpoint = checkpoint, HeldUntil = null };
        return await TryPutAsync(checkpoint.Portal, after, TableUpdateMode.Replace, cancellationToken) is not null;
    }

    /// <summary>Gives the checkpoint back as it was before, held until now.</summary>
    public Task ReleaseAsync(long portal, StoredCheckpoint held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        return TryPutAsync(portal, held with { HeldUntil = now }, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>The account's clock, as far as it is known; UTC until then.</summary>
    public async Task<AccountClock> ReadClockAsync(long portal, CancellationToken cancellationToken) =>
        AccountClock.FromName((await ReadAsync(portal, cancellationToken))?.TimeZone);

    /// <summary>Usage and posture of every portal at once: the table holds a handful of rows for each.</summary>
    public Task<IReadOnlyDictionary<long, PortalMarks>> ReadAllAsync(CancellationToken cancellationToken) => ReadMarksAsync("", cancellationToken);

    /// <returns>Null: nothing is known of the portal.</returns>
    public async Task<PortalMarks?> ReadOneAsync(long portal, CancellationToken cancellationToken) =>
        (await ReadMarksAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and "), cancellationToken))
            .GetValueOrDefault(portal);

    private async Task<IReadOnlyDictionary<long, PortalMarks>> ReadMarksAsync(string where, CancellationToken cancellationToken)
    {
        Dictionary<long, PortalMarks> all = [];
        var filter = where + TableClient.CreateQueryFilter($"(RowKey eq {Usage} or RowKey eq {Posture})");
        await foreach (var row in tables.ReadAsync(Name, filter, cancellationToken))
        {
            var portal = long.Parse(row.PartitionKey, CultureInfo.InvariantCulture);
            var known = all.GetValueOrDefault(portal) ?? new(null, null);
            all[portal] = row.RowKey == Usage
                ? known with { Usage = UsageOf(row) }
                : known with { Posture = JsonRow.Read(row, StoreJson.Default.PostureScore) };
        }
        return all;
    }

    public Task WriteAsync(long portal, PostureScore score, CancellationToken cancellationToken) =>
        tables.UpsertAsync(Name, [JsonRow.Of(Keys.Portal(portal), Posture, score, StoreJson.Default.PostureScore)], cancellationToken);

    /// <summary>The journal is the app's, not an account's.</summary>
    public Task<JournalCheckpoint?> ReadJournalAsync(CancellationToken cancellationToken) =>
        JsonRow.FindAsync(tables, Name, Keys.Portal(Portal.Monitor.Id), Journal, StoreJson.Default.JournalCheckpoint, cancellationToken);

    public Task WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) =>
        tables.UpsertAsync(
            Name, [JsonRow.Of(Keys.Portal(Portal.Monitor.Id), Journal, checkpoint, StoreJson.Default.JournalCheckpoint)], cancellationToken);

    /// <summary>How far each of a portal's histories has been read; those that were never asked for are not among them.</summary>
    public async Task<IReadOnlyList<ActivityCheckpoint>> ReadActivityAsync(long portal, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {Keys.ActivityCheckpointFrom} and RowKey lt {Keys.ActivityCheckpointTo}");
        var feeds = await JsonRow.ReadAllAsync(tables, Name, filter, StoreJson.Default.ActivityCheckpoint, cancellationToken);
        return [.. feeds.OrderBy(feed => feed.Feed)];
    }

    public Task WriteAsync(ActivityCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return tables.UpsertAsync(
            Name,
            [JsonRow.Of(Keys.Portal(checkpoint.Portal), Keys.ActivityCheckpoint(checkpoint.Feed), checkpoint, StoreJson.Default.ActivityCheckpoint)],
            cancellationToken);
    }

    public Task<DigestCheckpoint?> ReadDigestAsync(long portal, CancellationToken cancellationToken) =>
        JsonRow.FindAsync(tables, Name, Keys.Portal(portal), Digest, StoreJson.Default.DigestCheckpoint, cancellationToken);

    public Task WriteAsync(DigestCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return tables.UpsertAsync(
            Name, [JsonRow.Of(Keys.Portal(checkpoint.Portal), Digest, checkpoint, StoreJson.Default.DigestCheckpoint)], cancellationToken);
    }

    // While the first poll is at work the row tells of nothing but that.
    private static UsageCheckpoint? UsageOf(TableEntity row) =>
        row.GetString("Json") is { } json ? JsonSerializer.Deserialize(json, StoreJson.Default.UsageCheckpoint) : null;

    private async Task<StoredCheckpoint?> TryPutAsync(long portal, StoredCheckpoint wanted, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = new TableEntity(Keys.Portal(portal), Usage) { ["Holder"] = wanted.Holder };
        if (wanted.HeldUntil is { } until) row["HeldUntil"] = until;
        if (mode == TableUpdateMode.Replace) row["Json"] = JsonSerializer.Serialize(wanted.Checkpoint, StoreJson.Default.UsageCheckpoint);
        try
        {
            var answer = wanted.ETag is { } before
                ? await table.UpdateEntityAsync(row, before, mode, cancellationToken)
                : await table.AddEntityAsync(row, cancellationToken);
            return wanted with { ETag = answer.Headers.ETag };
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Where the answer to a first try was lost, it is ourselves who were faster.
            var found = await ReadStoredAsync(portal, cancellationToken);
            return found.Holder == wanted.Holder && found.HeldUntil == wanted.HeldUntil ? wanted with { ETag = found.ETag } : null;
        }
    }
}
