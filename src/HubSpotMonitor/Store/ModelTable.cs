using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Models</c>: each portal's detector as it was put away, a few kilobytes; Azure keeps up to 64 in a cell.</summary>
public sealed class ModelTable(Tables tables)
{
    private const string Name = "Models";

    /// <returns>The detector as it was put away; null before the first time.</returns>
    public async Task<byte[]?> ReadAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Metric.Calls, ["State"], cancellationToken);
        return row.HasValue ? row.Value!.GetBinary("State") : null;
    }

    /// <summary>When the live model was fitted and on how many days; null while it is learning.</summary>
    public async Task<(DateTimeOffset FittedAt, double Days)?> ReadSummaryAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Metric.Calls, ["FittedAt", "Days"], cancellationToken);
        return row.HasValue && row.Value!.GetDateTimeOffset("FittedAt") is { } fittedAt ? (fittedAt, row.Value.GetDouble("Days")!.Value) : null;
    }

    /// <param name="portal">Whose.</param>
    /// <param name="state">The detector, put away.</param>
    /// <param name="fittedAt">When its model was fitted; null while it is learning.</param>
    /// <param name="days">Days of history in it.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public Task WriteAsync(long portal, byte[] state, DateTimeOffset? fittedAt, double days, CancellationToken cancellationToken) =>
        tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(portal), Metric.Calls) { ["State"] = state, ["FittedAt"] = fittedAt, ["Days"] = days }], cancellationToken);
}
