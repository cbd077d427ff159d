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
        return tables.UpsertAsync(
            Name, [JsonRow.Of(Keys.Portal(feedback.Portal), Keys.FeedbackRow(feedback), feedback, StoreJson.Default.Feedback)], cancellationToken);
    }

    /// <summary>Takes back what was said of an incident. It stays, marked as such, so that a detector which has heard it hears this too.</summary>
    public async Task WithdrawAsync(Alert alert, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        // By when it was said, not by its key: of an incident that goes on an earlier beginning may have come to light since.
        var said = (await ReadAsync(alert.Portal.Id, alert.Finding.Since, cancellationToken))
            .Where(one => !one.IsWithdrawn && one.Rule == alert.Finding.Rule && one.Subject == alert.Finding.Subject && one.At >= alert.OpenedAt);
        foreach (var one in said) await WriteAsync(one with { IsWithdrawn = true, At = now }, cancellationToken);
    }

    /// <summary>What was said of a portal's findings that began at or after an instant, newest first; also what was taken back.</summary>
    public async Task<IReadOnlyList<Feedback>> ReadAsync(long portal, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey lt {Keys.NewestFirst(from) + "~"}");
        return await JsonRow.ReadAllAsync(tables, Name, filter, StoreJson.Default.Feedback, cancellationToken);
    }
}
