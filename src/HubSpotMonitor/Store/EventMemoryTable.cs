using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>EventMemory</c>: per portal what is usual for each source, and how far the work has come.</summary>
public sealed class EventMemoryTable(Tables tables)
{
    private const string Name = "EventMemory";
    private const string Checkpoint = "checkpoint";

    public async Task<IReadOnlyList<EventProfile>> ReadProfilesAsync(long portal, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {Keys.ProfilesFrom} and RowKey lt {Keys.ProfilesTo}");
        return await JsonRow.ReadAllAsync(tables, Name, filter, StoreJson.Default.EventProfile, cancellationToken);
    }

    /// <returns>Null: the portal never had an event.</returns>
    public Task<EventCheckpoint?> ReadCheckpointAsync(long portal, CancellationToken cancellationToken) =>
        JsonRow.FindAsync(tables, Name, Keys.Portal(portal), Checkpoint, StoreJson.Default.EventCheckpoint, cancellationToken);

    /// <summary>Writes what a run learned; in one transaction where it fits, and repeatable anyway.</summary>
    public Task WriteAsync(long portal, IReadOnlyList<EventProfile> profiles, EventCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        List<TableEntity> rows =
        [
            .. profiles.Select(
                profile => JsonRow.Of(Keys.Portal(portal), Keys.Profile(profile.Subject), profile, StoreJson.Default.EventProfile)),
        ];
        if (checkpoint is not null) rows.Add(JsonRow.Of(Keys.Portal(portal), Checkpoint, checkpoint, StoreJson.Default.EventCheckpoint));
        return tables.UpsertAsync(Name, rows, cancellationToken);
    }
}
