using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Connect;

/// <summary>
/// Connects an account by OAuth: sends a person to HubSpot and takes in what the browser brings back (RFC 6749, 4.1; RFC 7636; RFC 9700).
/// </summary>
public sealed partial class ConnectDesk(
    HubSpotClient hubSpot, ConnectStateTable states, GrantTable grants,
    MonitorScope scope, IOptions<ConnectOptions> options, ILogger<ConnectDesk> logger)
{
    /// <summary>Long enough to log in with a second factor and to read what is asked for.</summary>
    public static readonly TimeSpan StateLife = TimeSpan.FromMinutes(10);

    /// <summary>
    /// To keep what HubSpot granted, or to give it back. HubSpot's client, the store and the vault end their tries by themselves, with the usual
    /// <c>HubSpot:Timeout</c> all of them together within this: who is slow costs no grant.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private const string NotGivenBack =
        "What it granted was not given back, since a connection that was there before may hang on it: connect again, or uninstall the app there, under Settings > Integrations > Connected apps.";

    private const int SecretBytes = 32;

    /// <summary>Of a secret of ours: 32 bytes in base64 without padding.</summary>
    private const int SecretLength = 43;

    /// <summary>HubSpot's codes have some 40 letters.</summary>
    private const int LongestCode = 512;

    public bool IsOn => options.Value.IsOn;

    /// <summary>Begins an attempt.</summary>
    /// <param name="portal">The account.</param>
    /// <param name="asked">Real time, whatever the clock: it is a person who takes it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null: accounts cannot be connected, or this one is not among the settings.</returns>
    public async Task<ConnectStart?> BeginAsync(long portal, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        if (!IsOn || scope.Portals.All(known => known.Id != portal)) return null;
        var (state, browser) = (NewSecret(), NewSecret());
        await states.AddAsync(state, browser, portal, asked + StateLife, cancellationToken);
        return new(AddressOf(state, browser), browser);
    }

    /// <summary>Ends an attempt. Nothing that the browser brought is repeated anywhere.</summary>
    /// <param name="brought">What it brought.</param>
    /// <param name="returned">Real time, as at the beginning.</param>
    /// <param name="now">The monitor's time, in which the grant lives.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ConnectResult> FinishAsync(
        ConnectReturn brought, DateTimeOffset returned, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(brought);
        if (!IsOn) return new(ConnectOutcome.StateUnknown);
        // Taken before anything is looked at: whatever comes next, the state is used up.
        var state = brought.State is { Length: SecretLength } text ? await states.TakeAsync(text, cancellationToken) : null;
        if (state is null || returned >= state.Until) return new(ConnectOutcome.StateUnknown);
        var portal = scope.Portals.FirstOrDefault(known => known.Id == state.Portal);
        if (portal == default) return new(ConnectOutcome.StateUnknown);
        if (brought.Browser is not { Length: SecretLength } browser || !state.IsOf(browser)) return new(ConnectOutcome.OtherBrowser, portal);
        if (brought.HasError) return new(ConnectOutcome.Denied, portal);
        if (brought.Code is not { Length: > 0 and <= LongestCode } code || !code.IsPlain())
            return new(ConnectOutcome.Refused, portal, "HubSpot sent no code.");
        try
        {
            return await ExchangeAsync(portal, code, browser, now);
        }
        catch (HubSpotException e)
        {
            LogRefused(portal, e.Message);
            return new(OutcomeOf(e), portal, e.Message);
        }
    }

    // Not cancelled with the request: once the code is sent there is a grant, and a
    // page that is closed must not lose it. HubSpot's client keeps a time of its own.
    private async Task<ConnectResult> ExchangeAsync(Portal portal, string code, string browser, DateTimeOffset now)
    {
        var reply = await hubSpot.ExchangeCodeAsync(
            options.Value.App,
            code,
            options.Value.RedirectUrl!,
            options.Value.Pkce ? VerifierOf(browser) : null,
            CancellationToken.None);
        if (reply.RefreshToken is not { } refreshToken) return new(ConnectOutcome.Refused, portal, "HubSpot sent no refresh token.");
        try
        {
            using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
            return await KeepAsync(portal, reply, refreshToken, now, limit.Token);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return await LoseAsync(portal, reply.HubId, refreshToken, e);
        }
    }

    private async Task<ConnectResult> KeepAsync(
        Portal portal, GrantReply reply, string refreshToken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Older versions do not say in the answer whose the token is.
        var about = reply is { HubId: not null, Scopes: not null }
            ? null
            : await hubSpot.IntrospectAsync(options.Value.App, reply.AccessToken!, "access_token", cancellationToken);
        var (hub, scopes) = (reply.HubId ?? about?.HubId, reply.Scopes ?? about?.Scopes ?? []);
        if (hub != portal.Id) return await RefuseAsync(portal, hub, refreshToken, cancellationToken);

        var grant = new Grant
        {
            Portal = portal.Id,
            AccessToken = reply.AccessToken!,
            RefreshToken = refreshToken,
            ConnectedAt = now,
            RefreshedAt = now,
            ExpiresAt = now + reply.Life,
            Scopes = scopes,
            AppId = about?.AppId,
            UserId = about?.UserId,
        };
        await grants.WriteAsync(grant, cancellationToken);
        LogConnected(portal);
        var asked = options.Value.ScopeList;
        return new(ConnectOutcome.Connected, portal) { Granted = scopes, Surplus = [.. scopes.Except(asked)], Missing = [.. asked.Except(scopes)] };
    }

    // What somebody chose by mistake is given back, unless that account is connected too, or may be: its grant may hang on the same token.
    private async Task<ConnectResult> RefuseAsync(Portal portal, long? hub, string refreshToken, CancellationToken cancellationToken)
    {
        LogWrongPortal(portal, hub);
        var chosen = hub is null ? "an account that HubSpot does not name" : $"account {hub}";
        return new(ConnectOutcome.WrongPortal, portal, $"You chose {chosen}. {await SettleAsync(portal, hub, refreshToken, cancellationToken)}");
    }

    // HubSpot would show the app as connected, with a grant that nobody holds. One that was there before may hang on the same token.
    private async Task<ConnectResult> LoseAsync(Portal portal, long? hub, string refreshToken, Exception trouble)
    {
        LogNotKept(trouble, portal);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        return new(OutcomeOf(trouble), portal, $"{Reason(trouble)} {await SettleAsync(portal, hub, refreshToken, limit.Token)}");
    }

    private async Task<string> SettleAsync(Portal portal, long? hub, string refreshToken, CancellationToken cancellationToken)
    {
        var isConnected = await IsConnectedAsync(hub ?? portal.Id, cancellationToken);
        if (isConnected is false) return await GiveBackAsync(refreshToken, cancellationToken);
        // Whose it is, or what was there, is not known.
        if (isConnected is null || hub is null) return NotGivenBack;
        return "A connection that was there stays.";
    }

    private async Task<string> GiveBackAsync(string refreshToken, CancellationToken cancellationToken)
    {
        try
        {
            await hubSpot.RevokeAsync(options.Value.App, refreshToken, cancellationToken);
            return "What it granted was given back.";
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return $"What it granted could not be given back ({Reason(e)}) and may still open the account. Uninstall the app there, under Settings > Integrations > Connected apps.";
        }
    }

    /// <returns>Null: the store does not tell.</returns>
    private async Task<bool?> IsConnectedAsync(long portal, CancellationToken cancellationToken)
    {
        try
        {
            return await grants.ReadAsync(portal, cancellationToken) is { Grant.IsEnded: false };
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return null;
        }
    }

    // Azure's client ends its tries with the exceptions of all of them; the last is our own limit's.
    private static bool IsTrouble(Exception exception) =>
        exception is HubSpotException or SecretException or RequestFailedException or AggregateException or OperationCanceledException;

    private static ConnectOutcome OutcomeOf(Exception trouble) =>
        trouble is HubSpotException { Failure: not (HubSpotFailure.Passing or HubSpotFailure.TooFast) }
            ? ConnectOutcome.Refused
            : ConnectOutcome.Away;

    private static string Reason(Exception trouble) => trouble switch
    {
        HubSpotException or SecretException => trouble.Message,
        OperationCanceledException => "It took too long.",
        _ => "The store does not take it.",
    };

    private Uri AddressOf(string state, string browser)
    {
        var connect = options.Value;
        var query = $"client_id={Text(connect.ClientId)}&redirect_uri={Text(connect.RedirectUrl!.OriginalString)}&scope={Text(string.Join(' ', connect.ScopeList))}&state={state}";
        if (connect.Pkce)
            query += $"&code_challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(VerifierOf(browser))))}&code_challenge_method=S256";
        return new UriBuilder(connect.AuthorizeUrl) { Query = query }.Uri;

        static string Text(string text) => Uri.EscapeDataString(text);
    }

    /// <summary>Made of what only the browser has, so that it need be kept nowhere.</summary>
    private static string VerifierOf(string browser) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(browser), "pkce verifier"u8));

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    [LoggerMessage(LogLevel.Information, "{Portal} is connected by OAuth.")]
    private partial void LogConnected(Portal portal);

    [LoggerMessage(LogLevel.Error, "The grant of {Portal} could not be kept.")]
    private partial void LogNotKept(Exception trouble, Portal portal);

    [LoggerMessage(LogLevel.Warning, "{Portal} could not be connected: {Reason}")]
    private partial void LogRefused(Portal portal, string reason);

    [LoggerMessage(LogLevel.Warning, "{Portal} was to be connected, but account {Hub} was chosen.")]
    private partial void LogWrongPortal(Portal portal, long? hub);
}
