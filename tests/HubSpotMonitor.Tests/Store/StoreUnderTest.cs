using Azure.Data.Tables;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Store;

/// <summary>Tables of a test's own.</summary>
internal static class StoreUnderTest
{
    public static Tables NewTables(this SharedAzurite azurite) =>
        new(Options.Create(new StoreOptions { ConnectionString = azurite.ConnectionString, TablePrefix = SharedAzurite.NewPrefix() }));

    /// <summary>Writes alerts as the monitor keeps them, open ones as present and the others as over, but many at once.</summary>
    public static Task WriteAsync(this Tables tables, IEnumerable<Alert> alerts) =>
        tables.UpsertAsync("Alerts", [.. alerts.Select(RowOf)], TestContext.Current.CancellationToken);

    private static TableEntity RowOf(Alert alert)
    {
        var key = alert.State == AlertState.Open ? Keys.CurrentAlert(alert.Finding.Rule, alert.Finding.Subject) : Keys.ClosedAlert(alert);
        var row = new TableEntity(Keys.Portal(alert.Portal.Id), key);
        RawColumns.WriteJson(row, alert, StoreJson.Default.Alert);
        return row;
    }
}
