using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Models</c>: the detector of each series as it was put away, a few kilobytes; Azure keeps up to 64 in a cell.</summary>
public sealed class ModelTable(Tables tables)
{
    private const string Name = "Models";

    /// <returns>The detector as it was put away; null before the first time.</returns>
    public async Task<byte[]?> ReadAsync(long portal, string metric, string? subject, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Keys.Model(metric, subject), ["State"], cancellationToken);
        return row.HasValue ? row.Value!.GetBinary("State") : null;
    }

    /// <summary>When the live model of the portal's calls was fitted and on how many days; null while it is learning.</summary>
    public async Task<(DateTimeOffset FittedAt, double Days)?> ReadSummaryAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Portal(portal), Keys.Model(Metric.Calls, null), ["FittedAt", "Days"], cancellationToken);
        return row.HasValue && row.Value!.GetDateTimeOffset("FittedAt") is { } fittedAt ? (fittedAt, row.Value.GetDouble("Days")!.Value) : null;
    }

    /// <param name="portal">Whose.</param>
    /// <param name="metric">Of which metric.</param>
    /// <param name="subject">What within the portal it is about; null: the portal as a whole.</param>
    /// <param name="state">The detector, put away.</param>
    /// <param name="fittedAt">When its model was fitted; null while it is learning.</param>
    /// <param name="days">Days of history in it.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public Task WriteAsync(long portal, string metric, string? subject, byte[] state, DateTimeOffset? fittedAt, double days, CancellationToken cancellationToken) =>
        tables.UpsertAsync(Name, [new TableEntity(Keys.Portal(portal), Keys.Model(metric, subject)) { ["State"] = state, ["FittedAt"] = fittedAt, ["Days"] = days }], cancellationToken);
}
