using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>What HubSpot answers about one account's activity and about who has access to it, with the quirks of each list.</summary>
internal sealed class AccessApi(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    private const string Scope = "account-info.security.read";

    private static readonly string[] Granted = [Scope, "oauth", "settings.users.read", "transactional-email"];

    /// <summary>HubSpot keeps logins for 90 days.</summary>
    private static readonly TimeSpan LoginsKept = TimeSpan.FromDays(90);

    private readonly ActivityLog _log = new(account, runs);

    /// <summary>Newest first; the times are milliseconds.</summary>
    public HubSpotAnswer Security(IQueryCollection query, DateTimeOffset now)
    {
        if (PlanAt(now) == AccountPlan.Free) return HubSpotAnswer.MissingScopes(Scope);
        var (from, to) = (Milliseconds(query["fromTimestamp"]) ?? now.AddDays(-365), Milliseconds(query["toTimestamp"]) ?? now);
        return AccessPage.Of(query, 200, _log.Read(Feed.Security, from, to, now), AccessJson.Security);
    }

    /// <summary>Newest first; without any filter by time.</summary>
    public HubSpotAnswer Logins(IQueryCollection query, DateTimeOffset now)
    {
        if (PlanAt(now) == AccountPlan.Free) return HubSpotAnswer.MissingScopes(Scope);
        return AccessPage.Of(query, 200, _log.Read(Feed.Login, now - LoginsKept, now, now), AccessJson.Login);
    }

    /// <summary>Oldest first when it is asked to be; of Enterprise accounts only.</summary>
    public HubSpotAnswer AuditLog(IQueryCollection query, DateTimeOffset now)
    {
        if (PlanAt(now) != AccountPlan.Enterprise) return HubSpotAnswer.MissingScopes(Scope);
        var events = _log.Read(Feed.Audit, Iso(query["occurredAfter"]) ?? now.AddDays(-90), Iso(query["occurredBefore"]) ?? now, now);
        return AccessPage.Of(query, 100, query["sort"] == "occurredAt" ? [.. events.Reverse()] : events, AccessJson.Audit);
    }

    public HubSpotAnswer Users(IQueryCollection query, DateTimeOffset now)
    {
        var gone = Active<RemoveUser>(now).Select(effect => effect.Who).ToHashSet();
        return AccessPage.Of(query, 100, [.. Person.All.Where(person => !gone.Contains(person.Key))], AccessJson.User);
    }

    /// <summary>HubSpot's answer has the password.</summary>
    public HubSpotAnswer SmtpTokens(IQueryCollection query, DateTimeOffset now)
    {
        if (PlanAt(now) < AccountPlan.Professional) return HubSpotAnswer.MissingScopes("transactional-email");
        // Made anew every sixty days.
        var turn = now.ToUnixTimeSeconds() / 86_400 / 60;
        return AccessPage.Of(query, 100, [turn], number => AccessJson.Smtp(number, Person.Of("ada")));
    }

    /// <summary>A service key's: it belongs to no app.</summary>
    public HubSpotAnswer TokenInfo(long? app, DateTimeOffset now)
    {
        var scopes = Active<GrantScopes>(now).SelectMany(effect => effect.Scopes).Concat(Granted).Distinct().Order(StringComparer.Ordinal);
        var answer = new JsonObject
        {
            ["userId"] = Person.Of("cleo").Id,
            ["hubId"] = account.Id,
            ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
        };
        if (app is not null) answer["appId"] = app;
        return HubSpotAnswer.Of(answer);
    }

    private AccountPlan PlanAt(DateTimeOffset now) =>
        runs.LastOrDefault(run => now >= run.StartedAt && !(now >= run.StoppedAt))?.Scenario.Plan ?? AccountPlan.Professional;

    private IEnumerable<T> Active<T>(DateTimeOffset now)
        where T : Effect => runs.SelectMany(run => run.Active<T>(now));

    private static DateTimeOffset? Milliseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private static DateTimeOffset? Iso(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <summary>
/// A page of a list. The cursor counts from the list's beginning, so what appears between two pages pushes entries onto the next one again.
/// </summary>
internal static class AccessPage
{
    private const string Cursor = "from=";

    public static HubSpotAnswer Of<T>(IQueryCollection query, int most, IReadOnlyList<T> all, Func<T, JsonObject> write)
    {
        var limit = query.ContainsKey("limit")
            ? int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 0
            : most;
        if (limit < 1 || limit > most || Start(query["after"]) is not { } start) return HubSpotAnswer.Invalid("limit or after is not valid");
        var page = new JsonObject { ["results"] = new JsonArray([.. all.Skip(start).Take(limit).Select(write)]) };
        if (start + limit < all.Count)
        {
            page["paging"] = new JsonObject
            {
                ["next"] = new JsonObject { ["after"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Cursor + (start + limit))) },
            };
        }
        return HubSpotAnswer.Of(page);
    }

    private static int? Start(string? after)
    {
        if (string.IsNullOrEmpty(after)) return 0;
        var bytes = new byte[after.Length];
        return Convert.TryFromBase64String(after, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var text && text.StartsWith(Cursor, StringComparison.Ordinal)
            && int.TryParse(text[Cursor.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : null;
    }
}
