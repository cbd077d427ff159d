using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Models</c>: the live model of each portal's metric, a few kilobytes of JSON.</summary>
public sealed class ModelTable(Tables tables)
{
    private const string Name = "Models";

    /// <returns>The saved model; null before the first one.</returns>
    public async Task<string?> ReadAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Metric.Calls, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value!.GetString("Json") : null;
    }

    /// <summary>When the live model was fitted and on how many days; null before the first one.</summary>
    public async Task<(DateTimeOffset FittedAt, double Days)?> ReadSummaryAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Metric.Calls, ["FittedAt", "Days"], cancellationToken);
        return row.HasValue ? (row.Value!.GetDateTimeOffset("FittedAt")!.Value, row.Value.GetDouble("Days")!.Value) : null;
    }

    public Task WriteAsync(long portal, string model, DateTimeOffset fittedAt, double days, CancellationToken cancellationToken) =>
        tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(portal), Metric.Calls) { ["Json"] = model, ["FittedAt"] = fittedAt, ["Days"] = days }], cancellationToken);
}
