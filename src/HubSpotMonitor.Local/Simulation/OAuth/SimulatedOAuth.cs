using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Local.Simulation.OAuth;

/// <summary>
/// HubSpot's OAuth: the page where a person agrees, and the token endpoint. Any app may come, with any secret but an empty one; with PKCE
/// the verifier is checked.
/// </summary>
public sealed class SimulatedOAuth
{
    private static readonly string[] Needed = ["client_id", "redirect_uri", "scope"];

    private const long User = 876;

    private readonly SimulatedGrants _grants;
    private readonly IReadOnlyList<(long Id, string Name)> _accounts;
    private int _refreshes;
    private int _revocations;

    internal SimulatedOAuth(IEnumerable<SimulatedAccount> accounts, TimeProvider clock)
    {
        _grants = new(clock);
        _accounts = [.. accounts.Select(account => (account.Id, account.Name))];
    }

    /// <summary>Every so many renewals bring a new refresh token, and the one sent dies. Zero: never.</summary>
    public int NewRefreshTokenEvery { get; set; } = 3;

    /// <summary>Scopes that accounts grant beyond those asked for.</summary>
    public IReadOnlyList<string> ExtraScopes { get; set; } = [];

    /// <summary>Whether the client secret is refused, as after a rotation.</summary>
    public bool RefusesApp { get; set; }

    /// <summary>Whether the token endpoint answers 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>What happens before a renewal is answered, for instance a pause.</summary>
    public Func<Task> BeforeRenewal { get; set; } = () => Task.CompletedTask;

    /// <summary>How many renewals were granted.</summary>
    public int Refreshes => Volatile.Read(ref _refreshes);

    /// <summary>How many refresh tokens were given back.</summary>
    public int Revocations => Volatile.Read(ref _revocations);

    /// <summary>Uninstalls the app from an account.</summary>
    public void Uninstall(long account) => _grants.Uninstall(account);

    /// <summary>The account that an access token opens; null: it is none, or is dead.</summary>
    internal long? AccountOf(string token) => _grants.OfAccessToken(token)?.Account;

    internal void Map(
        IEndpointRouteBuilder routes, Func<HttpRequest, Task<HubSpotAnswer>> clientCredentials, Func<HttpContext, HubSpotAnswer, Task> write)
    {
        routes.MapGet("/oauth/authorize", AskAsync);
        routes.MapPost("/oauth/authorize", AgreeAsync);
        routes.MapPost("/oauth/{version}/token", async context => await write(context, await TokenAsync(context.Request, clientCredentials)));
        routes.MapPost("/oauth/{version}/token/introspect", async context => await write(context, await WithAppAsync(context.Request, Introspect)));
        routes.MapPost("/oauth/{version}/token/revoke", async context => await write(context, await WithAppAsync(context.Request, Revoke)));
    }

    private Task AskAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var isWhole = Needed.All(name => query[name].ToString().Length > 0);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.StatusCode = isWhole ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync(isWhole ? AuthorizePage.Of(query, _accounts) : AuthorizePage.Wrong, context.RequestAborted);
    }

    private async Task AgreeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var redirect = form["redirect_uri"].ToString();
        var state = Uri.EscapeDataString(form["state"].ToString());
        if (form["agree"] != "yes")
        {
            context.Response.Redirect($"{redirect}?error=access_denied&error_description=declined&state={state}");
            return;
        }
        var challenge = form["code_challenge"].ToString();
        var grant = new GivenGrant(
            long.Parse(form["account"].ToString(), System.Globalization.CultureInfo.InvariantCulture),
            form["client_id"].ToString(),
            [.. form["scope"].ToString().Split(' '), .. ExtraScopes]);
        context.Response.Redirect($"{redirect}?code={_grants.Agree(grant, redirect, challenge.Length == 0 ? null : challenge)}&state={state}");
    }

    private async Task<HubSpotAnswer> TokenAsync(HttpRequest request, Func<HttpRequest, Task<HubSpotAnswer>> clientCredentials)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (form["grant_type"] == "refresh_token") await BeforeRenewal();
        return form["grant_type"].ToString() switch
        {
            "authorization_code" => await WithAppAsync(request, Exchange),
            "refresh_token" => await WithAppAsync(request, Refresh),
            _ => await clientCredentials(request),
        };
    }

    private async Task<HubSpotAnswer> WithAppAsync(HttpRequest request, Func<IFormCollection, HubSpotAnswer> answer)
    {
        if (IsDown) return new(503, "{}", "");
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        return RefusesApp || !HasApp(form) ? Error("invalid_client", "BAD_CLIENT_SECRET") : answer(form);
    }

    // As text, since what is missing does not equal an empty text.
    internal static bool HasApp(IFormCollection form) => form["client_id"].ToString().Length > 0 && form["client_secret"].ToString().Length > 0;

    private HubSpotAnswer Exchange(IFormCollection form)
    {
        if (_grants.Take(form["code"].ToString()) is not { } code || code.Grant.ClientId != form["client_id"])
            return Error("invalid_grant", "BAD_AUTH_CODE");
        if (code.RedirectUrl != form["redirect_uri"]) return Error("invalid_request", "BAD_REDIRECT_URI");
        if (code.Challenge is { } challenge && challenge != ChallengeOf(form["code_verifier"].ToString()))
            return Error("invalid_grant", "BAD_CODE_VERIFIER");
        return Tokens(code.Grant, _grants.NewRefreshToken(code.Grant));
    }

    private HubSpotAnswer Refresh(IFormCollection form)
    {
        var old = form["refresh_token"].ToString();
        if (_grants.OfRefreshToken(old) is not { } grant || grant.ClientId != form["client_id"]) return Error("invalid_grant", "BAD_REFRESH_TOKEN");
        var count = Interlocked.Increment(ref _refreshes);
        if (NewRefreshTokenEvery == 0 || count % NewRefreshTokenEvery != 0) return Tokens(grant, old);
        _grants.Forget(old);
        return Tokens(grant, _grants.NewRefreshToken(grant));
    }

    // The answer repeats the token, as HubSpot's does.
    private HubSpotAnswer Introspect(IFormCollection form)
    {
        var token = form["token"].ToString();
        if ((_grants.OfRefreshToken(token) ?? _grants.OfAccessToken(token)) is not { } grant) return Answer(200, new() { ["active"] = false });
        return Answer(200, new()
        {
            ["active"] = true,
            ["token"] = token,
            ["token_use"] = _grants.OfRefreshToken(token) is null ? "access_token" : "refresh_token",
            ["token_type"] = "Bearer",
            ["hub_id"] = grant.Account,
            ["user_id"] = User,
            ["user"] = "jordan@acme.example",
            ["client_id"] = grant.ClientId,
            ["app_id"] = SimulatedAccount.MonitorApp,
            ["scopes"] = Names(grant.Scopes),
        });
    }

    private HubSpotAnswer Revoke(IFormCollection form)
    {
        if (_grants.Forget(form["token"].ToString())) Interlocked.Increment(ref _revocations);
        return new(204, "", "");
    }

    private HubSpotAnswer Tokens(GivenGrant grant, string refreshToken) => Answer(200, new()
    {
        ["token_type"] = "bearer",
        ["access_token"] = _grants.NewAccessToken(grant),
        ["refresh_token"] = refreshToken,
        ["expires_in"] = (int)SimulatedGrants.AccessLife.TotalSeconds,
        ["hub_id"] = grant.Account,
        ["scopes"] = Names(grant.Scopes),
        ["token_use"] = "access_token",
    });

    private static string ChallengeOf(string verifier) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static JsonArray Names(IReadOnlyList<string> scopes) => new([.. scopes.Select(scope => (JsonNode)scope)]);

    private static HubSpotAnswer Error(string error, string status) =>
        Answer(400, new()
        {
            ["error"] = error,
            ["error_description"] = "the request is not one that can be granted",
            ["status"] = status,
            ["message"] = "see error",
        });

    private static HubSpotAnswer Answer(int status, JsonObject body) => new(status, body.ToJsonString(), "");
}
