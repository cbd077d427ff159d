using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Simulation.OAuth;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>
/// An app's webhooks journal and the token that opens it. Any app may come; its pages lie at addresses that expect no token,
/// as HubSpot's do on another host.
/// </summary>
public sealed class SimulatedJournal(TimeProvider clock)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan UrlLife = TimeSpan.FromMinutes(5);

    private readonly Lock _door = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new();
    private List<(string Offset, string Key, string Json)> _pages = [];

    /// <summary>Whether the app's credentials are refused, as after a rotation of its secret.</summary>
    public bool Refuses { get; set; }

    /// <summary>Adds one page.</summary>
    /// <returns>Its offset.</returns>
    public string Add(params JsonObject[] events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var offset = Guid.NewGuid().ToString();
        var json = new JsonObject
        {
            ["offset"] = offset,
            ["journalEvents"] = new JsonArray([.. events.Select(item => item.DeepClone())]),
            ["publishedAt"] = Time(clock.GetUtcNow()),
        }.ToJsonString();
        AddPage(offset, json);
        return offset;
    }

    /// <summary>Adds one page of any content.</summary>
    internal void AddPage(string offset, string json)
    {
        lock (_door) _pages = [.. _pages, (offset, RandomNumberGenerator.GetHexString(32, lowercase: true), json)];
    }

    /// <summary>Forgets all pages, as HubSpot does after three days.</summary>
    public void Forget()
    {
        lock (_door) _pages = [];
    }

    internal void Map(IEndpointRouteBuilder routes, Func<string, bool> isVersion, Action count)
    {
        routes.MapGet(
            "/webhooks-journal/journal/{version}/latest",
            context => AnswerAsync(context, Page(context.Request, offsets => offsets.Count - 1)));
        routes.MapGet("/webhooks-journal/journal/{version}/earliest", context => AnswerAsync(context, Page(context.Request, _ => 0)));
        routes.MapGet(
            "/webhooks-journal/journal/{version}/offset/{offset}/next",
            context => AnswerAsync(context, Page(context.Request, offsets => After(offsets, context.Request))));
        routes.MapGet("/journal-pages/{key}", context => AnswerAsync(context, Signed(context.Request)));

        async Task AnswerAsync(HttpContext context, HubSpotAnswer answer)
        {
            count();
            if (context.Request.RouteValues["version"] is string version && !isVersion(version)) answer = HubSpotAnswer.NothingHere();
            context.Response.StatusCode = answer.Status;
            if (answer.Status == StatusCodes.Status204NoContent) return;
            context.Response.ContentType = "application/json;charset=utf-8";
            await context.Response.WriteAsync(answer.Json, context.RequestAborted);
        }
    }

    /// <summary>Answers the token endpoint where an app asks for itself.</summary>
    internal async Task<HubSpotAnswer> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (form["grant_type"] != "client_credentials")
            return Answer(400, new() { ["error"] = "unsupported_grant_type", ["status"] = "BAD_GRANT_TYPE" });
        if (Refuses || !SimulatedOAuth.HasApp(form))
            return Answer(400, new() { ["error"] = "invalid_client", ["status"] = "BAD_CLIENT_SECRET" });
        var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _tokens[token] = clock.GetUtcNow() + TokenLife;
        return Answer(200, new()
        {
            ["token_type"] = "bearer",
            ["access_token"] = token,
            ["expires_in"] = (int)TokenLife.TotalSeconds,
            ["scopes"] = new JsonArray(form["scope"].ToString()),
        });
    }

    // Minus one: nothing is new. Minus two: the offset is not known any more.
    private HubSpotAnswer Page(HttpRequest request, Func<IReadOnlyList<string>, int> choose)
    {
        var token = request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.OrdinalIgnoreCase);
        if (!_tokens.TryGetValue(token, out var until) || clock.GetUtcNow() >= until) return HubSpotAnswer.DeadToken();
        lock (_door)
        {
            var index = choose([.. _pages.Select(page => page.Offset)]);
            if (index == -2) return HubSpotAnswer.NothingHere();
            if (index < 0 || index >= _pages.Count) return new(204, "", "");
            var url = $"{request.Scheme}://{request.Host}/journal-pages/{_pages[index].Key}";
            return Answer(200, new() { ["currentOffset"] = _pages[index].Offset, ["expiresAt"] = Time(clock.GetUtcNow() + UrlLife), ["url"] = url });
        }
    }

    private static int After(IReadOnlyList<string> offsets, HttpRequest request)
    {
        var index = offsets.ToList().IndexOf((string)request.RouteValues["offset"]!);
        if (index < 0) return -2;
        return index + 1 < offsets.Count ? index + 1 : -1;
    }

    // Whoever has the address has the page; a token too many is refused, as a storage service does.
    private HubSpotAnswer Signed(HttpRequest request)
    {
        if (request.Headers.Authorization.Count > 0) return new(400, "{}", "");
        lock (_door)
        {
            return _pages.FirstOrDefault(page => page.Key == (string)request.RouteValues["key"]!) is { Json: { } json }
                ? new(200, json, "")
                : new(403, "{}", "");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static HubSpotAnswer Answer(int status, JsonObject body) => new(status, body.ToJsonString(), "");
}
