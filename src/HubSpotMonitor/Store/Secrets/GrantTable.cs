using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store.Secrets;

/// <summary>A grant as it stood when it was read; writing it back succeeds only if nobody else did.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="ETag">Its row's.</param>
/// <param name="KeptAccess">What stands in the row for the access token, so that one that stays the same is not kept anew.</param>
/// <param name="KeptRefresh">The same for the refresh token.</param>
public sealed record StoredGrant(Grant Grant, ETag ETag, string KeptAccess, string KeptRefresh)
{
    public override string ToString() => $"stored {Grant}";
}

/// <summary>Table <c>Grants</c>: a row per account that is connected by OAuth. Its tokens are kept by an <see cref="ISecretKeeper"/>.</summary>
public sealed class GrantTable(Tables tables, ISecretKeeper secrets)
{
    private const string Name = "Grants";
    private const string Row = "grant";
    private const string Access = "Access";
    private const string Refresh = "Refresh";

    /// <returns>Null: the account was never connected.</returns>
    /// <exception cref="SecretException">The row is there, but its tokens cannot be opened.</exception>
    public async Task<StoredGrant?> ReadAsync(long portal, CancellationToken cancellationToken)
    {
        if (await tables.FindAsync(Name, Keys.Portal(portal), Row, cancellationToken) is not { } row) return null;
        var grant = JsonSerializer.Deserialize(row.GetString("Json"), StoreJson.Default.Grant)!;
        var (access, refresh) = (row.GetString(Access), row.GetString(Refresh));
        grant = grant with
        {
            AccessToken = await OpenAsync(AccessName(portal), access, cancellationToken),
            RefreshToken = await OpenAsync(RefreshName(portal), refresh, cancellationToken),
        };
        return new(grant, row.ETag, access, refresh);
    }

    /// <summary>Writes a grant that somebody gave just now, over whatever was there.</summary>
    public async Task WriteAsync(Grant grant, CancellationToken cancellationToken)
    {
        var row = await ToRowAsync(grant, null, cancellationToken);
        await tables.UpsertAsync(Name, [row], cancellationToken);
    }

    /// <summary>Writes a grant where <paramref name="before"/> stood.</summary>
    /// <returns>Null: somebody else wrote first, and nothing was changed.</returns>
    public async Task<StoredGrant?> TryWriteAsync(Grant grant, StoredGrant before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await ToRowAsync(grant, before, cancellationToken);
        try
        {
            var answer = await table.UpdateEntityAsync(row, before.ETag, TableUpdateMode.Replace, cancellationToken);
            return new(grant, answer.Headers.ETag!.Value, row.GetString(Access), row.GetString(Refresh));
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    // The refresh token first: with it alone the grant can be had again.
    private async Task<TableEntity> ToRowAsync(Grant grant, StoredGrant? before, CancellationToken cancellationToken) =>
        new(Keys.Portal(grant.Portal), Row)
        {
            [Refresh] = grant.RefreshToken == before?.Grant.RefreshToken
                ? before.KeptRefresh
                : await KeepAsync(RefreshName(grant.Portal), grant.RefreshToken, cancellationToken),
            [Access] = grant.AccessToken == before?.Grant.AccessToken
                ? before.KeptAccess
                : await KeepAsync(AccessName(grant.Portal), grant.AccessToken, cancellationToken),
            ["Json"] = JsonSerializer.Serialize(grant, StoreJson.Default.Grant),
        };

    private Task<string> KeepAsync(string name, string secret, CancellationToken cancellationToken) =>
        secret.Length == 0 ? Task.FromResult("") : secrets.KeepAsync(name, secret, cancellationToken);

    private Task<string> OpenAsync(string name, string kept, CancellationToken cancellationToken) =>
        kept.Length == 0 ? Task.FromResult("") : secrets.OpenAsync(name, kept, cancellationToken);

    private static string RefreshName(long portal) => $"hubspot-grant-{Keys.Portal(portal)}";

    private static string AccessName(long portal) => $"hubspot-access-{Keys.Portal(portal)}";
}
