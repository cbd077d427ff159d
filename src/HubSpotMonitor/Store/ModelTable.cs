using System.Globalization;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>A detector as it was put away.</summary>
/// <param name="State">Its bytes.</param>
/// <param name="HeardUntil">What people said up to then is in it.</param>
/// <param name="ETag">Of the row that it was taken up from; null: there was none.</param>
/// <param name="NewsFrom">Counts that end before it are a past that is learned, and no news; null: all are.</param>
/// <param name="TimeZone">The zone that its week is of, by the name that <see cref="AccountClock.FromName"/> reads; null in rows of before.</param>
public sealed record StoredModel(
    byte[] State, DateTimeOffset? HeardUntil, ETag? ETag, DateTimeOffset? NewsFrom = null, string? TimeZone = null);

/// <summary>Table <c>Models</c>: the detector of each series as it was put away, a few kilobytes; Azure keeps up to 64 in a cell.</summary>
public sealed class ModelTable(Tables tables)
{
    private const string Name = "Models";
    private static readonly string[] SummaryColumns = ["FittedAt", "Days", "MedianError", "LastTrialAt", "IsLastTrialPromoted"];

    /// <returns>The detector as it was put away; null before the first time.</returns>
    public async Task<StoredModel?> ReadAsync(long portal, string metric, string? subject, CancellationToken cancellationToken) =>
        await tables.FindAsync(Name, Keys.Portal(portal), Keys.Model(metric, subject), cancellationToken) is { } row
            ? new(
                row.GetBinary("State"),
                row.GetDateTimeOffset("HeardUntil"),
                row.ETag,
                row.GetDateTimeOffset("NewsFrom"),
                row.GetString("TimeZone"))
            : null;

    /// <summary>The live model of the portal's calls; null while it is learning.</summary>
    public async Task<ModelSummary?> ReadSummaryAsync(long portal, CancellationToken cancellationToken) =>
        await tables.FindAsync(Name, Keys.Portal(portal), Keys.Model(Metric.Calls, null), SummaryColumns, cancellationToken) is { } row
            ? SummaryOf(row)
            : null;

    /// <summary>The same of every portal that has one.</summary>
    public async Task<IReadOnlyDictionary<long, ModelSummary>> ReadSummariesAsync(CancellationToken cancellationToken)
    {
        Dictionary<long, ModelSummary> summaries = [];
        var filter = TableClient.CreateQueryFilter($"RowKey eq {Keys.Model(Metric.Calls, null)}");
        await foreach (var row in tables.ReadAsync(Name, filter, [.. SummaryColumns, nameof(TableEntity.PartitionKey)], null, cancellationToken))
        {
            if (SummaryOf(row) is { } summary) summaries[long.Parse(row.PartitionKey, CultureInfo.InvariantCulture)] = summary;
        }
        return summaries;
    }

    private static ModelSummary? SummaryOf(TableEntity row) => row.GetDateTimeOffset("FittedAt") is { } since
        ? new(
            since,
            row.GetDouble("Days")!.Value,
            row.GetDouble("MedianError"),
            row.GetDateTimeOffset("LastTrialAt"),
            row.GetBoolean("IsLastTrialPromoted"))
        : null;

    /// <summary>Puts a detector away in the place of the one that it was taken up from.</summary>
    /// <param name="portal">Whose.</param>
    /// <param name="metric">Of which metric.</param>
    /// <param name="subject">What within the portal it is about; null: the portal as a whole.</param>
    /// <param name="model">The detector, put away.</param>
    /// <param name="summary">What is live; null while it is learning.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>The row as it is now; null: another run was first, and its detector stays.</returns>
    public async Task<ETag?> TryWriteAsync(
        long portal, string metric, string? subject, StoredModel model, ModelSummary? summary, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = ToRow(portal, metric, subject, model, summary);
        try
        {
            var answer = model.ETag is { } before
                ? await table.UpdateEntityAsync(row, before, TableUpdateMode.Replace, cancellationToken)
                : await table.AddEntityAsync(row, cancellationToken);
            return answer.Headers.ETag!.Value;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Puts a detector away in the place of any other.</summary>
    public Task WriteAsync(
        long portal, string metric, string? subject, StoredModel model, ModelSummary? summary, CancellationToken cancellationToken) =>
        tables.UpsertAsync(Name, [ToRow(portal, metric, subject, model, summary)], cancellationToken);

    private static TableEntity ToRow(long portal, string metric, string? subject, StoredModel model, ModelSummary? summary) =>
        new(Keys.Portal(portal), Keys.Model(metric, subject))
        {
            ["State"] = model.State,
            ["HeardUntil"] = model.HeardUntil,
            ["NewsFrom"] = model.NewsFrom,
            ["TimeZone"] = model.TimeZone,
            ["FittedAt"] = summary?.LiveSince,
            ["Days"] = summary?.Days,
            ["MedianError"] = summary?.MedianError,
            ["LastTrialAt"] = summary?.LastTrialAt,
            ["IsLastTrialPromoted"] = summary?.IsLastTrialPromoted,
        };
}
