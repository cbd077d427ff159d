using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Silences</c>: silences in one partition, maintenance windows in another. Few, so they are read whole.</summary>
public sealed class SilenceTable(Tables tables)
{
    private const string Name = "Silences";
    private const string Silences = "silence";
    private const string Windows = "window";

    public Task WriteAsync(Silence silence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(silence);
        return tables.UpsertAsync(Name, [JsonRow.Of(Silences, Keys.Checked(silence.Id), silence, StoreJson.Default.Silence)], cancellationToken);
    }

    public Task WriteAsync(MaintenanceWindow window, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return tables.UpsertAsync(
            Name, [JsonRow.Of(Windows, Keys.Checked(window.Id), window, StoreJson.Default.MaintenanceWindow)], cancellationToken);
    }

    /// <summary>All silences, also those that are over until they are pruned; the one that ends last comes first.</summary>
    public async Task<IReadOnlyList<Silence>> ReadSilencesAsync(CancellationToken cancellationToken) =>
        [.. (await JsonRow.ReadAllAsync(tables, Name, In(Silences), StoreJson.Default.Silence, cancellationToken))
            .OrderByDescending(silence => silence.Until)
            .ThenBy(silence => silence.Id, StringComparer.Ordinal)];

    /// <summary>All maintenance windows, also those that are over.</summary>
    public async Task<IReadOnlyList<MaintenanceWindow>> ReadWindowsAsync(CancellationToken cancellationToken) =>
        [.. (await JsonRow.ReadAllAsync(tables, Name, In(Windows), StoreJson.Default.MaintenanceWindow, cancellationToken))
            .OrderByDescending(window => window.Until)
            .ThenBy(window => window.Id, StringComparer.Ordinal)];

    /// <summary>Ends a silence or a window now; nothing happens if it is gone already.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!Keys.IsId(id)) return;
        var table = await tables.GetAsync(Name, cancellationToken);
        await table.DeleteEntityAsync(Silences, id, cancellationToken: cancellationToken);
        await table.DeleteEntityAsync(Windows, id, cancellationToken: cancellationToken);
    }

    /// <summary>Deletes silences and windows that ended before an instant.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<string> over =
        [
            .. (await ReadSilencesAsync(cancellationToken)).Where(silence => silence.Until < before).Select(silence => silence.Id),
            .. (await ReadWindowsAsync(cancellationToken)).Where(window => window.Until < before).Select(window => window.Id),
        ];
        foreach (var id in over) await RemoveAsync(id, cancellationToken);
        return over.Count;
    }

    private static string In(string partition) => TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
}
