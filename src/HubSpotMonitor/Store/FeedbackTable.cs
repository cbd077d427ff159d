using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Feedback</c>: what people say of findings; a partition per portal, newest first.</summary>
public sealed class FeedbackTable(Tables tables)
{
    private const string Name = "Feedback";

    /// <summary>Writes it down, over what was said of the same incident before.</summary>
    public Task WriteAsync(Feedback feedback, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        return tables.UpsertAsync(Name, [JsonRow.Of(Keys.Portal(feedback.Portal), Keys.FeedbackRow(feedback), feedback, StoreJson.Default.Feedback)], cancellationToken);
    }

    /// <summary>What was said of a portal's findings that began at or after an instant, newest first.</summary>
    public async Task<IReadOnlyList<Feedback>> ReadAsync(long portal, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey lt {Keys.NewestFirst(from) + "~"}");
        List<Feedback> all = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            all.Add(JsonRow.Read(row, StoreJson.Default.Feedback));
        return all;
    }
}
