using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>An alert as it stood when it was read; writing it back succeeds only if nobody else did.</summary>
public sealed record StoredAlert(Alert Alert, ETag ETag);

/// <summary>Table <c>Alerts</c>: a partition per portal; the present incident of each rule and subject, and those that are over.</summary>
public sealed class AlertTable(Tables tables)
{
    private const string Name = "Alerts";

    /// <summary>The present incidents of one portal, open or just resolved.</summary>
    public async Task<IReadOnlyList<StoredAlert>> ReadCurrentAsync(long portal, CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, Range(portal, Keys.CurrentAlertsFrom, Keys.CurrentAlertsTo), cancellationToken)
            .Select(row => new StoredAlert(FromRow(row), row.ETag))
            .ToListAsync(cancellationToken);

    /// <summary>Portals that have or lately had an open incident, so that nobody has to ask each of them.</summary>
    public async Task<IReadOnlyList<long>> ReadMarkedAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Keys.AlertIndex} and RowKey ge {Keys.MarkedFrom} and RowKey lt {Keys.MarkedTo}");
        return await tables.ReadAsync(Name, filter, cancellationToken).Select(row => row.GetInt64("Portal")!.Value).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Takes the note of a portal away whose last incident opened before an instant, and of which none is open or still has something to tell.
    /// The note is written before the incident that it speaks of, so that instant must lie further back than any write takes.
    /// </summary>
    public async Task UnmarkAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(Name, Keys.AlertIndex, Keys.Marked(portal), cancellationToken);
        if (row is null || row.GetDateTimeOffset("OpenedAt") >= before) return;
        var current = await ReadCurrentAsync(portal, cancellationToken);
        if (current.Any(stored =>
            stored.Alert is { State: AlertState.Open } or { Unpublished.Count: > 0 } or { Outbox.Count: > 0 }
            || stored.Alert.ResolvedAt >= before))
        {
            return;
        }
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            await table.DeleteEntityAsync(Keys.AlertIndex, row.RowKey, row.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // Another incident has opened meanwhile: the note stays.
        }
    }

    /// <summary>
    /// Puts a portal's incidents that ended before an instant, and have nothing left
    /// to tell, among those that are over: all that is present is read every minute.
    /// </summary>
    public async Task CloseAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        foreach (var (alert, etag) in await ReadCurrentAsync(portal, cancellationToken))
        {
            if (alert is not { State: AlertState.Resolved, Unpublished.Count: 0, Outbox.Count: 0 } || !(alert.ResolvedAt < before)) continue;
            var present = new TableEntity(Keys.Portal(portal), Keys.CurrentAlert(alert.Finding.Rule, alert.Finding.Subject));
            try
            {
                await table.SubmitTransactionAsync(
                    [
                        new(TableTransactionActionType.UpsertReplace, ToRow(alert, Keys.ClosedAlert(alert))),
                        new(TableTransactionActionType.Delete, present, etag),
                    ],
                    cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                // It has come back, or another host was faster.
            }
        }
    }

    /// <summary>An incident by its id, present or over.</summary>
    /// <returns>Null: there is none.</returns>
    public async Task<Alert?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await PlaceOfAsync(id, cancellationToken) is not { } place) return null;
        if (await ReadRowAsync(place.Portal, place.Current, cancellationToken) is { } present && present.Alert.Id == id) return present.Alert;
        return (await ReadRowAsync(place.Portal, place.Closed, cancellationToken))?.Alert;
    }

    /// <summary>An incident by its id, as long as no later one of its rule and subject has taken its place.</summary>
    public async Task<StoredAlert?> FindCurrentAsync(string id, CancellationToken cancellationToken) =>
        await PlaceOfAsync(id, cancellationToken) is { } place
            && await ReadRowAsync(place.Portal, place.Current, cancellationToken) is { } stored
            && stored.Alert.Id == id
            ? stored
            : null;

    /// <summary>Incidents of one portal that are over, newest first.</summary>
    public async Task<IReadOnlyList<Alert>> ReadClosedAsync(long portal, int take, CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, Range(portal, Keys.ClosedAlertsFrom, Keys.ClosedAlertsTo), null, take, cancellationToken)
            .Select(FromRow)
            .ToListAsync(cancellationToken);

    /// <summary>Incidents of one portal that are over and opened before an instant, newest first and each as it is read: there may be many.</summary>
    public IAsyncEnumerable<Alert> ReadClosedBeforeAsync(long portal, DateTimeOffset before, CancellationToken cancellationToken) =>
        tables
            .ReadAsync(Name, Range(portal, Keys.ClosedAlertsFrom + Keys.NewestFirst(before.AddTicks(-1)), Keys.ClosedAlertsTo), cancellationToken)
            .Select(FromRow);

    /// <summary>Writes an alert where <paramref name="before"/> stood; an incident that a new one takes the place of is kept as closed.</summary>
    /// <returns>False: somebody else wrote first, and nothing was changed.</returns>
    public async Task<bool> TryWriteAsync(Alert alert, StoredAlert? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var table = await tables.GetAsync(Name, cancellationToken);
        // Before the incident: a name without an incident does no harm, an incident without a name could not be found.
        if (before?.Alert.Id != alert.Id) await tables.UpsertAsync(Name, [MarkOf(alert), PlaceOf(alert)], cancellationToken);
        var row = ToRow(alert, Keys.CurrentAlert(alert.Finding.Rule, alert.Finding.Subject));
        try
        {
            if (before is null)
            {
                await table.AddEntityAsync(row, cancellationToken);
            }
            else if (before.Alert.Id == alert.Id)
            {
                await table.UpdateEntityAsync(row, before.ETag, TableUpdateMode.Replace, cancellationToken);
            }
            else
            {
                var closed = ToRow(before.Alert, Keys.ClosedAlert(before.Alert));
                await table.SubmitTransactionAsync(
                    [
                        new(TableTransactionActionType.UpdateReplace, row, before.ETag),
                        new(TableTransactionActionType.UpsertReplace, closed),
                    ],
                    cancellationToken);
            }
            return true;
        }
        // 404: it was put away among what is over.
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Writes alerts of one portal where they stood, all or none; at most <see cref="Tables.LargestBatch"/>.</summary>
    /// <returns>False: somebody else wrote one of them first, and nothing was changed.</returns>
    public async Task<bool> TryWriteAllAsync(IReadOnlyList<(Alert After, StoredAlert Before)> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0) return true;
        if (changes is [var (alert, stood)]) return await TryWriteAsync(alert, stood, cancellationToken);
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            var actions = changes.Select(change => new TableTransactionAction(
                TableTransactionActionType.UpdateReplace,
                ToRow(change.After, Keys.CurrentAlert(change.After.Finding.Rule, change.After.Finding.Subject)),
                change.Before.ETag));
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    private static TableEntity MarkOf(Alert alert) =>
        new(Keys.AlertIndex, Keys.Marked(alert.Portal.Id)) { ["Portal"] = alert.Portal.Id, ["OpenedAt"] = alert.OpenedAt };

    private static TableEntity PlaceOf(Alert alert) => new(Keys.AlertIndex, Keys.PlaceOfAlert(alert.Id))
    {
        ["Portal"] = alert.Portal.Id,
        ["Current"] = Keys.CurrentAlert(alert.Finding.Rule, alert.Finding.Subject),
        ["Closed"] = Keys.ClosedAlert(alert),
    };

    private async Task<(long Portal, string Current, string Closed)?> PlaceOfAsync(string id, CancellationToken cancellationToken)
    {
        if (!Keys.IsId(id)) return null;
        return await tables.FindAsync(Name, Keys.AlertIndex, Keys.PlaceOfAlert(id), cancellationToken) is { } place
            ? (place.GetInt64("Portal")!.Value, place.GetString("Current"), place.GetString("Closed"))
            : null;
    }

    private async Task<StoredAlert?> ReadRowAsync(long portal, string key, CancellationToken cancellationToken) =>
        await tables.FindAsync(Name, Keys.Portal(portal), key, cancellationToken) is { } row ? new(FromRow(row), row.ETag) : null;

    private static string Range(long portal, string from, string to) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {from} and RowKey lt {to}");

    private static TableEntity ToRow(Alert alert, string key)
    {
        var row = new TableEntity(Keys.Checked(Keys.Portal(alert.Portal.Id)), Keys.Checked(key));
        RawColumns.WriteJson(row, alert, StoreJson.Default.Alert);
        return row;
    }

    private static Alert FromRow(TableEntity row) => RawColumns.ReadJson(row, StoreJson.Default.Alert);
}
