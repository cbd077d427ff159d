using System.Collections.Concurrent;
using HubSpotMonitor.Connect;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>
/// What opens a portal now: the token of the settings, or the access token of its grant, renewed ahead of its end.
/// <para>
/// A host that renews claims the grant first, so that no two spend the same refresh token; the others go on with the old access token.
/// What HubSpot answers is stored before it is used. Lost is only what a crash catches between the two: then the next renewal sends the
/// old refresh token, which HubSpot is said to keep alive (not confirmed for one that it has just replaced); if it does not, the account
/// has to be connected again, and the alert says so.
/// </para>
/// </summary>
public sealed partial class PortalTokens(HubSpotClient hubSpot, GrantTable grants, IOptions<ConnectOptions> connect, ILogger<PortalTokens> logger)
{
    /// <summary>
    /// Longer than HubSpot's answer may take: three tries of up to a minute each, ten seconds before each repeat, and a minute for the body. A host
    /// that dies meanwhile holds the renewal up for as long; others go on with the access token there is.
    /// </summary>
    private static readonly TimeSpan ClaimLife = TimeSpan.FromMinutes(4.5);

    /// <summary>Two hosts' clocks may differ by as much: for the one that is behind, a claim reaches further than it was made for.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(4);

    /// <summary>After a try that failed: soon enough for the next poll.</summary>
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Five seconds: most renewals take less than one.</summary>
    private const int MostLooks = 20;

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _doors = new();
    private readonly ConcurrentDictionary<long, Renewal> _unsaved = new();

    /// <exception cref="HubSpotException">There is none: the message says what to do.</exception>
    public Task<string> OfAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        return portal.HasToken ? Task.FromResult(portal.Token) : OneAtATimeAsync(portal, null, now, cancellationToken);
    }

    /// <summary>After HubSpot refused an access token whose time was not over: another one, if the grant lives.</summary>
    /// <exception cref="HubSpotException">There is none: the message says what to do.</exception>
    public Task<string> RenewAsync(PortalOptions portal, string refused, DateTimeOffset now, CancellationToken cancellationToken) =>
        OneAtATimeAsync(portal, refused, now, cancellationToken);

    /// <summary>Marks a grant as ended by HubSpot; its row keeps no token.</summary>
    internal async Task EndAsync(StoredGrant stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Lost: somebody connected it anew, or renewed it after all.
        if (await grants.TryWriteAsync(stored.Grant.End(now), stored, cancellationToken) is not null) LogEnded(stored.Grant.Portal);
    }

    private async Task<string> OneAtATimeAsync(PortalOptions portal, string? refused, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var door = _doors.GetOrAdd(portal.Id, _ => new(1, 1));
        await door.WaitAsync(cancellationToken);
        try
        {
            return await FindAsync(portal, refused, now, cancellationToken);
        }
        catch (SecretException e)
        {
            throw e.IsLost
                ? new HubSpotException(
                    HubSpotFailure.NotConnected, $"The grant of {portal.Portal} cannot be read any more. {e.Message} {Again(portal)}", inner: e)
                : new HubSpotException(HubSpotFailure.SecretsAway, $"The grant of {portal.Portal} cannot be read now. {e.Message}", inner: e);
        }
        finally
        {
            door.Release();
        }
    }

    // Whatever is returned was read from the store: nothing is used that is not kept.
    private async Task<string> FindAsync(PortalOptions portal, string? refused, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SaveAsync(portal.Id, cancellationToken);
        for (var look = 0; look < MostLooks; look++)
        {
            var stored = await grants.ReadAsync(portal.Id, cancellationToken);
            var grant = Living(portal, stored);
            var isUsable = grant.AccessToken != refused && now < grant.ExpiresAt;
            if (isUsable && now < grant.RenewAt) return grant.AccessToken;
            if (!grant.IsClaimed(now, ClaimLife + ClockSlack))
            {
                var claim = await grants.TryWriteAsync(grant with { ClaimedUntil = now + ClaimLife }, stored!, cancellationToken);
                if (claim is not null) await SpendAsync(claim, isUsable, now, cancellationToken);
                continue;
            }
            if (isUsable) return grant.AccessToken;
            await Task.Delay(LookAgainAfter, TimeProvider.System, cancellationToken);
        }
        throw new HubSpotException(HubSpotFailure.Passing, $"The access to {portal.Portal} is being renewed elsewhere, and that takes long.");
    }

    private async Task SpendAsync(StoredGrant claim, bool isUsable, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var grant = claim.Grant;
        try
        {
            // From here to the closing write nobody stops it, or the only token that still works could be lost. HubSpot's limits and the store's
            // bound it.
            var reply = await hubSpot.RefreshAsync(connect.Value.App, grant.RefreshToken, CancellationToken.None);
            if (reply.HubId is { } hub && hub != grant.Portal)
            {
                throw new HubSpotException(
                    HubSpotFailure.Malformed, $"HubSpot renewed the access to portal {grant.Portal} with a token of account {hub}.");
            }
            _unsaved[grant.Portal] = new(Renewed(grant, reply, now), claim);
            await SaveAsync(grant.Portal, CancellationToken.None);
        }
        catch (HubSpotException e) when (e.Failure == HubSpotFailure.DeadToken)
        {
            await EndAsync(claim, now, CancellationToken.None);
        }
        catch (HubSpotException e) when (isUsable)
        {
            // The call is over: the rest of its claim would only keep the next poll from trying.
            await grants.TryWriteAsync(grant with { ClaimedUntil = now + TryAgainAfter }, claim, cancellationToken);
            LogNotRenewed(grant.Portal, grant.ExpiresAt, e.Message);
        }
        catch (HubSpotException)
        {
            await grants.TryWriteAsync(grant with { ClaimedUntil = null }, claim, cancellationToken);
            throw;
        }
    }

    // Kept in memory until it is stored: when the store is away for a moment, HubSpot's answer is not lost with it.
    private async Task SaveAsync(long portal, CancellationToken cancellationToken)
    {
        if (!_unsaved.TryGetValue(portal, out var renewal)) return;
        if (await grants.TryWriteAsync(renewal.Grant, renewal.Claim, cancellationToken) is null
            && await grants.ReadAsync(portal, cancellationToken) is { } present && KnowsLess(present.Grant, renewal))
        {
            await grants.TryWriteAsync(renewal.Grant, present, cancellationToken);
        }
        _unsaved.TryRemove(portal, out _);
    }

    // Whoever ended the grant meanwhile was wrong, since HubSpot has renewed it, and
    // whoever only looked at it knows less; whoever renewed or connected it knows better.
    private static bool KnowsLess(Grant present, Renewal renewal) =>
        present.ConnectedAt == renewal.Grant.ConnectedAt && (present.IsEnded || present.RefreshedAt == renewal.Claim.Grant.RefreshedAt);

    private static Grant Renewed(Grant grant, GrantReply reply, DateTimeOffset now) => grant with
    {
        AccessToken = reply.AccessToken!,
        RefreshToken = reply.RefreshToken ?? grant.RefreshToken,
        RefreshedAt = now,
        ExpiresAt = now + reply.Life,
        Scopes = reply.Scopes ?? grant.Scopes,
        ClaimedUntil = null,
    };

    private Grant Living(PortalOptions portal, StoredGrant? stored) => stored?.Grant switch
    {
        null => throw new HubSpotException(
            HubSpotFailure.NotConnected, $"{portal.Portal} is not connected yet. Connect it at {connect.Value.StartOf(portal.Id)}"),
        { IsEnded: true } => throw new HubSpotException(
            HubSpotFailure.NotConnected,
            $"HubSpot has revoked the monitor's access to {portal.Portal}: the app was uninstalled there, or its grant withdrawn. {Again(portal)}"),
        var grant => grant,
    };

    private string Again(PortalOptions portal) => $"Connect it again at {connect.Value.StartOf(portal.Id)}";

    private sealed record Renewal(Grant Grant, StoredGrant Claim);

    [LoggerMessage(LogLevel.Warning, "HubSpot has ended the grant of portal {Portal}. It must be connected again.")]
    private partial void LogEnded(long portal);

    [LoggerMessage(LogLevel.Warning, "The access to portal {Portal} could not be renewed and ends at {ExpiresAt:u}: {Reason}")]
    private partial void LogNotRenewed(long portal, DateTimeOffset expiresAt, string reason);
}
