using System.Text.Json;
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
    private const string CurrentFrom = "current|";
    private const string CurrentTo = "current~";
    private const string ClosedFrom = "closed|";
    private const string ClosedTo = "closed~";

    /// <summary>The present incidents of one portal, open or just resolved.</summary>
    public async Task<IReadOnlyList<StoredAlert>> ReadCurrentAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        List<StoredAlert> alerts = [];
        await foreach (var row in table.QueryAsync<TableEntity>(Range(portal, CurrentFrom, CurrentTo), cancellationToken: cancellationToken))
            alerts.Add(new(FromRow(row), row.ETag));
        return alerts;
    }

    /// <summary>Incidents of one portal that are over, newest first.</summary>
    public async Task<IReadOnlyList<Alert>> ReadClosedAsync(long portal, int take, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        List<Alert> alerts = [];
        await foreach (var row in table.QueryAsync<TableEntity>(Range(portal, ClosedFrom, ClosedTo), maxPerPage: take, cancellationToken: cancellationToken))
        {
            alerts.Add(FromRow(row));
            if (alerts.Count == take) break;
        }
        return alerts;
    }

    /// <summary>Writes an alert where <paramref name="before"/> stood; an incident that a new one takes the place of is kept as closed.</summary>
    /// <returns>False: somebody else wrote first, and nothing was changed.</returns>
    public async Task<bool> TryWriteAsync(Alert alert, StoredAlert? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = ToRow(alert, Keys.CurrentAlert(alert.Finding.Rule, alert.Finding.Subject));
        List<TableTransactionAction> actions =
        [
            before is null
                ? new(TableTransactionActionType.Add, row)
                : new(TableTransactionActionType.UpdateReplace, row, before.ETag),
        ];
        if (before is { Alert: { } former } && former.Id != alert.Id)
            actions.Add(new(TableTransactionActionType.UpsertReplace, ToRow(former, Keys.ClosedAlert(former))));
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Writes alerts of one portal where they stood, all or none; at most 100.</summary>
    /// <returns>False: somebody else wrote one of them first, and nothing was changed.</returns>
    public async Task<bool> TryWriteAllAsync(IReadOnlyList<(Alert After, StoredAlert Before)> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0) return true;
        var table = await tables.GetAsync(Name, cancellationToken);
        try
        {
            var actions = changes.Select(change => new TableTransactionAction(
                TableTransactionActionType.UpdateReplace, ToRow(change.After, Keys.CurrentAlert(change.After.Finding.Rule, change.After.Finding.Subject)), change.Before.ETag));
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }

    private static string Range(long portal, string from, string to) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)} and RowKey ge {from} and RowKey lt {to}");

    // As bytes: messages that wait are part of it, and a column of text holds 32,768 letters only.
    private static TableEntity ToRow(Alert alert, string key)
    {
        var row = new TableEntity(Keys.Checked(Keys.Portal(alert.Portal.Id)), Keys.Checked(key));
        RawColumns.Write(row, JsonSerializer.SerializeToUtf8Bytes(alert, StoreJson.Default.Alert));
        return row;
    }

    // Rows of earlier versions hold text.
    private static Alert FromRow(TableEntity row) => row.GetString("Json") is { } text
        ? JsonSerializer.Deserialize(text, StoreJson.Default.Alert)!
        : JsonSerializer.Deserialize(RawColumns.Read(row), StoreJson.Default.Alert)!;
}
