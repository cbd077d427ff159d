using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Access;
using HubSpotMonitor.Local.Simulation.OAuth;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>A web server that answers as HubSpot does, for any number of accounts; the token decides which one speaks.</summary>
public sealed class SimulatedHubSpot : IAsyncDisposable
{
    private static readonly HashSet<string> Versions = ["v3", "2025-09", "2026-03", "2026-09"];

    private readonly Dictionary<long, AccountApi> _accounts;
    private readonly TimeProvider _clock;
    private LoopbackServer? _server;
    private int _requests;

    private SimulatedHubSpot(IEnumerable<SimulatedAccount> accounts, IReadOnlyList<ScenarioRun> runs, TimeProvider clock)
    {
        var all = accounts.ToList();
        _accounts = all.ToDictionary(account => account.Id, account => new AccountApi(account, runs));
        Tokens = new(all);
        OAuth = new(all, clock);
        _clock = clock;
        Journal = new(clock);
    }

    public Uri Address => _server!.Address;

    /// <summary>The app's webhooks journal.</summary>
    public SimulatedJournal Journal { get; }

    /// <summary>The accounts' static tokens.</summary>
    public StaticTokens Tokens { get; }

    /// <summary>What the accounts grant by OAuth.</summary>
    public SimulatedOAuth OAuth { get; }

    /// <summary>How many requests came in, whatever they were answered.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <param name="accounts">The accounts; their tokens must differ.</param>
    /// <param name="runs">What happened and happens to all of them.</param>
    /// <param name="clock">The time that HubSpot lives in.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<SimulatedHubSpot> StartAsync(
        IEnumerable<SimulatedAccount> accounts,
        IReadOnlyList<ScenarioRun> runs,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var hubSpot = new SimulatedHubSpot(accounts, runs, clock);
        hubSpot._server = await LoopbackServer.StartAsync(hubSpot.Map, cancellationToken);
        return hubSpot;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/account-info/{version}/api-usage/daily/private-apps", context => AnswerAsync(context, (account, now) => account.Usage(now)));
        routes.MapGet("/account-info/{version}/details", context => AnswerAsync(context, (account, now) => account.Details(now)));
        MapAccess(routes);
        Journal.Map(routes, Versions.Contains, () => Interlocked.Increment(ref _requests));
        OAuth.Map(
            routes, Journal.TokenAsync, (context, answer) => WriteAsync(context, IsKnown(context.Request) ? answer : HubSpotAnswer.NothingHere()));
        routes.MapFallback(context => AnswerAsync(context, (_, _) => HubSpotAnswer.NothingHere()));
    }

    private void MapAccess(IEndpointRouteBuilder routes)
    {
        Map("/account-info/{version}/activity/security", (access, query, now) => access.Security(query, now));
        Map("/account-info/{version}/activity/login", (access, query, now) => access.Logins(query, now));
        Map("/account-info/{version}/activity/audit-logs", (access, query, now) => access.AuditLog(query, now));
        Map("/settings/users/{version}", (access, query, now) => access.Users(query, now));
        Map("/settings/v3/users", (access, query, now) => access.Users(query, now));
        Map("/marketing/v3/transactional/smtp-tokens", (access, query, now) => access.SmtpTokens(query, now));
        routes.MapPost("/oauth/v2/private-apps/get/access-token-info", IntrospectAsync);

        void Map(string path, Func<AccessApi, IQueryCollection, DateTimeOffset, HubSpotAnswer> ask) =>
            routes.MapGet(
                path, context => AnswerAsync(context, (account, now) => account.Limited(now, () => ask(account.Access, context.Request.Query, now))));
    }

    // The token in the body is the one that is told about.
    private async Task IntrospectAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var asked = (string?)body?["tokenKey"] is { } key ? Tokens.Find(key) : null;
        await AnswerAsync(context, (account, now) => account.Limited(
            now,
            () => asked is { } found ? _accounts[found.Account].Access.TokenInfo(found.App, now) : HubSpotAnswer.NothingHere()));
    }

    private Task AnswerAsync(HttpContext context, Func<AccountApi, DateTimeOffset, HubSpotAnswer> ask) =>
        WriteAsync(context, Choose(context.Request, ask));

    private async Task WriteAsync(HttpContext context, HubSpotAnswer answer)
    {
        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = answer.Status;
        if (answer.Status == StatusCodes.Status204NoContent) return;
        context.Response.ContentType = "application/json;charset=utf-8";
        context.Response.Headers["x-hubspot-correlation-id"] = answer.CorrelationId;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(answer.Json, context.RequestAborted);
    }

    private HubSpotAnswer Choose(HttpRequest request, Func<AccountApi, DateTimeOffset, HubSpotAnswer> ask)
    {
        if (!IsKnown(request))
            return HubSpotAnswer.NothingHere();
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return HubSpotAnswer.NoCredentials();
        var token = authorization["Bearer ".Length..].Trim();
        var now = _clock.GetUtcNow();
        if (Tokens.Find(token) is { } found)
            return _accounts[found.Account].Opens(token, now) ? ask(_accounts[found.Account], now) : HubSpotAnswer.DeadToken();
        return OAuth.AccountOf(token) is { } granting
            ? WithoutDaily(ask(_accounts[granting], now))
            : HubSpotAnswer.DeadToken();
    }

    private static bool IsKnown(HttpRequest request) => request.RouteValues["version"] is not string version || Versions.Contains(version);

    // HubSpot sends the day's counters to private apps and service keys only.
    private static HubSpotAnswer WithoutDaily(HubSpotAnswer answer) =>
        answer with { Headers = answer.Headers.Where(header => !header.Key.Contains("-Daily", StringComparison.Ordinal)).ToDictionary() };
}
