using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// Table <c>Sightings</c>: secrets seen where none belongs, by portal. A row per secret and place, so that a repeat falls on the same one.
/// </summary>
public sealed class SightingTable(Tables tables)
{
    private const string Name = "Sightings";

    /// <summary>
    /// More within a day are made up, whichever of them are read; who can write so many must not decide how long a judgement takes.
    /// </summary>
    private const int MostRead = 1000;

    public Task WriteAsync(long portal, IReadOnlyList<SecretSighting> sightings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        return tables.UpsertAsync(Name, [.. sightings.Select(sighting => ToRow(portal, sighting))], cancellationToken);
    }

    /// <summary>What was seen since an instant, oldest first; at most a thousand.</summary>
    public async Task<IReadOnlyList<SecretSighting>> ReadAsync(long portal, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and At ge {since}");
        return await tables.ReadAsync(Name, filter, null, MostRead, cancellationToken)
            .Select(row => JsonRow.Read(row, StoreJson.Default.SecretSighting))
            .OrderBy(sighting => sighting.At)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Deletes what was not seen since an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.DeleteAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and At lt {before}"), cancellationToken);

    private static TableEntity ToRow(long portal, SecretSighting sighting)
    {
        var row = JsonRow.Of(Keys.Portal(portal), Keys.Sighting(sighting), sighting, StoreJson.Default.SecretSighting);
        row["At"] = sighting.At;
        return row;
    }
}
