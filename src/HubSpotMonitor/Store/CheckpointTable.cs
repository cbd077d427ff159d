using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Checkpoints</c>: a row per portal and stream.</summary>
public sealed class CheckpointTable(Tables tables)
{
    private const string Name = "Checkpoints";
    private const string Usage = "usage";
    private const string Journal = "journal";
    private const string Digest = "digest";

    public async Task<UsageCheckpoint?> ReadAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Usage, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found } ? JsonSerializer.Deserialize(found.GetString("Json"), StoreJson.Default.UsageCheckpoint) : null;
    }

    /// <summary>The account's clock, as far as it is known; UTC until then.</summary>
    public async Task<AccountClock> ReadClockAsync(long portal, CancellationToken cancellationToken) =>
        AccountClock.FromName((await ReadAsync(portal, cancellationToken))?.TimeZone);

    public Task WriteAsync(UsageCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var json = JsonSerializer.Serialize(checkpoint, StoreJson.Default.UsageCheckpoint);
        return tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(checkpoint.Portal), Usage) { ["Json"] = json }], cancellationToken);
    }

    /// <summary>The journal is the app's, not an account's.</summary>
    public async Task<JournalCheckpoint?> ReadJournalAsync(CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(Portal.Monitor.Id), Journal, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found } ? JsonSerializer.Deserialize(found.GetString("Json"), StoreJson.Default.JournalCheckpoint) : null;
    }

    public Task WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(checkpoint, StoreJson.Default.JournalCheckpoint);
        return tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(Portal.Monitor.Id), Journal) { ["Json"] = json }], cancellationToken);
    }

    /// <returns>Null: this history was never asked for.</returns>
    public async Task<ActivityCheckpoint?> ReadActivityAsync(long portal, ActivityFeed feed, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Keys.ActivityCheckpoint(feed), cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found } ? JsonSerializer.Deserialize(found.GetString("Json"), StoreJson.Default.ActivityCheckpoint) : null;
    }

    public Task WriteAsync(ActivityCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var json = JsonSerializer.Serialize(checkpoint, StoreJson.Default.ActivityCheckpoint);
        return tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(checkpoint.Portal), Keys.ActivityCheckpoint(checkpoint.Feed)) { ["Json"] = json }], cancellationToken);
    }

    public async Task<DigestCheckpoint?> ReadDigestAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Digest, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found } ? JsonSerializer.Deserialize(found.GetString("Json"), StoreJson.Default.DigestCheckpoint) : null;
    }

    public Task WriteAsync(DigestCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var json = JsonSerializer.Serialize(checkpoint, StoreJson.Default.DigestCheckpoint);
        return tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(checkpoint.Portal), Digest) { ["Json"] = json }], cancellationToken);
    }
}

/// <summary>The rows that are read whole and never searched by a part are kept as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UsageCheckpoint))]
[JsonSerializable(typeof(JournalCheckpoint))]
[JsonSerializable(typeof(ActivityCheckpoint))]
[JsonSerializable(typeof(AccessSnapshot))]
[JsonSerializable(typeof(PostureReport))]
[JsonSerializable(typeof(DigestCheckpoint))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(Silence))]
[JsonSerializable(typeof(MaintenanceWindow))]
[JsonSerializable(typeof(Feedback))]
[JsonSerializable(typeof(AlertDelivery))]
[JsonSerializable(typeof(ChannelState))]
[JsonSerializable(typeof(IReadOnlyList<EventCount>))]
[JsonSerializable(typeof(EventProfile))]
[JsonSerializable(typeof(EventCheckpoint))]
[JsonSerializable(typeof(Grant))]
[JsonSerializable(typeof(RotationProof))]
[JsonSerializable(typeof(SecretSighting))]
internal sealed partial class StoreJson : JsonSerializerContext;
