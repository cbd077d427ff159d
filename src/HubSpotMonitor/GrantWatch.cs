using HubSpotMonitor.Connect;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>The monitor's own grants, as HubSpot sees them: whether they live, and what they may do.</summary>
public sealed partial class GrantWatch(
    HubSpotClient hubSpot, GrantTable grants, PortalTokens tokens, IOptions<ConnectOptions> connect, ILogger<GrantWatch> logger)
{
    /// <summary>Introspects one portal's grant and keeps what is new. A portal with a token in the settings has none to look at.</summary>
    public async Task InspectAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        if (!connect.Value.IsOn || portal.HasToken) return;
        try
        {
            // One that is being renewed is left alone: to write it now would undo the renewal.
            if (await grants.ReadAsync(portal.Id, cancellationToken) is not { Grant.IsEnded: false } stored || stored.Grant.ClaimedUntil > now)
                return;
            var reply = await hubSpot.IntrospectAsync(connect.Value.App, stored.Grant.RefreshToken, "refresh_token", cancellationToken);
            if (reply.Active == false) await tokens.EndAsync(stored, now, cancellationToken);
            else if (reply.HubId is null || reply.HubId == portal.Id) await KeepAsync(portal.Portal, stored, reply, now, cancellationToken);
        }
        catch (Exception e) when (e is HubSpotException or SecretException)
        {
            // The next poll meets the same trouble and tells it; here nothing is lost but a look.
            LogNotInspected(portal.Portal, e.Message);
        }
    }

    /// <summary>What is known of the grant that opens a portal; HubSpot is asked where it never was.</summary>
    /// <returns>Null: the portal is not opened by a grant, or by one that cannot be read now.</returns>
    public async Task<TokenGrant?> OwnAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        if (!connect.Value.IsOn || portal.HasToken) return null;
        try
        {
            if (await grants.ReadAsync(portal.Id, cancellationToken) is { Grant: { IsEnded: false, InspectedAt: null } })
                await InspectAsync(portal, now, cancellationToken);
            return await grants.ReadAsync(portal.Id, cancellationToken) is { Grant: var grant }
                ? new(CredentialKind.OAuthGrant, Fingerprint.Of(grant.AccessToken), grant.AppId, grant.UserId, grant.Scopes, !grant.IsEnded)
                : null;
        }
        catch (SecretException e)
        {
            LogNotInspected(portal.Portal, e.Message);
            return null;
        }
    }

    // Whoever writes at the same time renews it: tomorrow there is another look.
    private async Task KeepAsync(Portal portal, StoredGrant stored, IntrospectReply reply, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seen = stored.Grant with
        {
            InspectedAt = now,
            Scopes = reply.Scopes ?? stored.Grant.Scopes,
            AppId = reply.AppId ?? stored.Grant.AppId,
            UserId = reply.UserId ?? stored.Grant.UserId,
        };
        await grants.TryWriteAsync(seen, stored, cancellationToken);
        var surplus = seen.Scopes.Except(connect.Value.ScopeList).ToList();
        if (surplus.Count > 0) LogSurplus(portal, string.Join(", ", surplus));
    }

    [LoggerMessage(LogLevel.Warning, "The grant of {Portal} could not be inspected: {Reason}")]
    private partial void LogNotInspected(Portal portal, string reason);

    [LoggerMessage(LogLevel.Warning, "The grant of {Portal} may do more than Connect:Scopes asks for: {Scopes}.")]
    private partial void LogSurplus(Portal portal, string scopes);
}
