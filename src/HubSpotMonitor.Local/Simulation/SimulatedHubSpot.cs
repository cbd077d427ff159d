using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>A web server that answers as HubSpot does, for any number of accounts; the token decides which one speaks.</summary>
public sealed class SimulatedHubSpot : IAsyncDisposable
{
    private static readonly HashSet<string> Versions = ["v3", "2025-09", "2026-03", "2026-09"];

    private readonly Dictionary<string, AccountApi> _accounts;
    private readonly TimeProvider _clock;
    private LoopbackServer? _server;
    private int _requests;

    private SimulatedHubSpot(IEnumerable<SimulatedAccount> accounts, IReadOnlyList<ScenarioRun> runs, TimeProvider clock)
    {
        _accounts = accounts.ToDictionary(account => account.Token, account => new AccountApi(account, runs));
        _clock = clock;
        Journal = new(clock);
    }

    public Uri Address => _server!.Address;

    /// <summary>The app's webhooks journal.</summary>
    public SimulatedJournal Journal { get; }

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
        Journal.Map(routes, Versions.Contains, () => Interlocked.Increment(ref _requests));
        routes.MapFallback(context => AnswerAsync(context, (_, _) => HubSpotAnswer.NothingHere()));
    }

    private async Task AnswerAsync(HttpContext context, Func<AccountApi, DateTimeOffset, HubSpotAnswer> ask)
    {
        Interlocked.Increment(ref _requests);
        var answer = Choose(context.Request, ask);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json;charset=utf-8";
        context.Response.Headers["x-hubspot-correlation-id"] = answer.CorrelationId;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(answer.Json, context.RequestAborted);
    }

    private HubSpotAnswer Choose(HttpRequest request, Func<AccountApi, DateTimeOffset, HubSpotAnswer> ask)
    {
        if (request.RouteValues["version"] is string version && !Versions.Contains(version))
            return HubSpotAnswer.NothingHere();
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return HubSpotAnswer.NoCredentials();
        return _accounts.TryGetValue(authorization["Bearer ".Length..].Trim(), out var account)
            ? ask(account, _clock.GetUtcNow())
            : HubSpotAnswer.DeadToken();
    }
}
