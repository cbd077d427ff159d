using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// Table <c>Access</c>: of each portal the latest snapshot of who has access, what its events came to, and what the rules say of both.
/// Twenty thousand users do not fit into a row: see <see cref="PackedRows"/>.
/// </summary>
public sealed class AccessTable(Tables tables)
{
    private const string Name = "Access";
    private const string Latest = "latest";
    private const string Ledger = "ledger";
    private const string Report = "report";

    /// <returns>Null: none was ever written.</returns>
    public async Task<AccessSnapshot?> ReadAsync(long portal, CancellationToken cancellationToken) =>
        await PackedRows.ReadAsync(tables, Name, portal, Latest, cancellationToken) is { } packed
            ? PackedRows.Unpack(packed, StoreJson.Default.AccessSnapshot)
            : null;

    /// <summary>Puts a snapshot in the place of the last one.</summary>
    public Task WriteAsync(AccessSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return PackedRows.WriteAsync(
            tables, Name, snapshot.Portal, Latest, PackedRows.Pack(snapshot, StoreJson.Default.AccessSnapshot), snapshot.At, cancellationToken);
    }

    /// <returns>The fold of the portal's events as it was put away; null: there is none.</returns>
    public Task<byte[]?> ReadLedgerAsync(long portal, CancellationToken cancellationToken) =>
        PackedRows.ReadAsync(tables, Name, portal, Ledger, cancellationToken);

    public Task WriteLedgerAsync(long portal, byte[] ledger, DateTimeOffset now, CancellationToken cancellationToken) =>
        PackedRows.WriteAsync(tables, Name, portal, Ledger, ledger, now, cancellationToken);

    /// <summary>Has the ledger made anew from the stored events when it is next asked for.</summary>
    public async Task ForgetLedgerAsync(long portal, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        await table.DeleteEntityAsync(Keys.Portal(portal), Ledger, cancellationToken: cancellationToken);
    }

    /// <returns>Null: the portal was not judged yet.</returns>
    public async Task<PostureReport?> ReadReportAsync(long portal, CancellationToken cancellationToken) =>
        await PackedRows.ReadAsync(tables, Name, portal, Report, cancellationToken) is { } packed
            ? PackedRows.Unpack(packed, StoreJson.Default.PostureReport)
            : null;

    public Task WriteAsync(PostureReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        return PackedRows.WriteAsync(
            tables, Name, report.Portal, Report, PackedRows.Pack(report, StoreJson.Default.PostureReport), report.At, cancellationToken);
    }
}
