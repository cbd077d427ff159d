using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>EventMemory</c>: per portal what is usual for each source, and how far the work has come.</summary>
public sealed class EventMemoryTable(Tables tables)
{
    private const string Name = "EventMemory";
    private const string Checkpoint = "checkpoint";
    private const string ProfileFrom = "profile|";
    private const string ProfileTo = "profile~";

    public async Task<IReadOnlyList<EventProfile>> ReadProfilesAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        List<EventProfile> profiles = [];
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {ProfileFrom} and RowKey lt {ProfileTo}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            profiles.Add(JsonRow.Read(row, StoreJson.Default.EventProfile));
        return profiles;
    }

    /// <returns>Null: the portal never had an event.</returns>
    public async Task<EventCheckpoint?> ReadCheckpointAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        return await JsonRow.FindAsync(table, Keys.Portal(portal), Checkpoint, StoreJson.Default.EventCheckpoint, cancellationToken);
    }

    /// <summary>Writes what a run learned; in one transaction where it fits, and repeatable anyway.</summary>
    public Task WriteAsync(long portal, IReadOnlyList<EventProfile> profiles, EventCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        List<TableEntity> rows =
        [
            .. profiles.Select(
                profile => JsonRow.Of(Keys.Portal(portal), ProfileFrom + Keys.Subject(profile.Subject), profile, StoreJson.Default.EventProfile)),
        ];
        if (checkpoint is not null) rows.Add(JsonRow.Of(Keys.Portal(portal), Checkpoint, checkpoint, StoreJson.Default.EventCheckpoint));
        return tables.UpsertAsync(Name, rows, cancellationToken);
    }
}
