using System.Globalization;
using System.Net;
using System.Text.Json;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Tests.Local;

/// <summary>The simulated account's histories and lists, with the quirks that HubSpot's have.</summary>
public sealed class SimulatedAccessTests
{
    private const string Security = "account-info/2026-09/activity/security";
    private const string Login = "account-info/2026-09/activity/login";
    private const string Audit = "account-info/2026-09/activity/audit-logs";
    private const string Users = "settings/users/2026-09";
    private const string Smtp = "marketing/v3/transactional/smtp-tokens";

    [Fact]
    public async Task Logins_go_back_ninety_days_newest_first_page_by_page()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var logins = await AllAsync(hubSpot, Login);
        logins.Count.ShouldBeInRange(800, 1_200);
        var times = logins.Select(login => login.GetProperty("loginAt").GetDateTimeOffset()).ToList();
        times.ShouldBe(times.OrderDescending());
        times[^1].ShouldBeGreaterThan(HubSpotClient.Morning.AddDays(-90));
        logins.Select(login => login.GetProperty("id").GetString()).Distinct().Count().ShouldBe(logins.Count);
        logins.Select(login => login.GetProperty("countryCode").GetString()).Distinct().Order().ShouldBe(["ie", "us"]);
    }

    [Fact]
    public async Task Who_fails_to_log_in_has_no_number_and_every_failure_is_followed_by_a_success()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var failures = (await AllAsync(hubSpot, Login)).Where(login => !login.GetProperty("loginSucceeded").GetBoolean()).ToList();
        failures.Count.ShouldBeInRange(10, 80);
        failures.ShouldAllBe(login => !Has(login, "userId") && Has(login, "email"));
    }

    [Fact]
    public async Task Security_activity_is_filtered_by_milliseconds_and_names_the_actor_in_a_text()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var (from, to) = (HubSpotClient.Morning.AddDays(-60), HubSpotClient.Morning.AddDays(-1));
        var events = await AllAsync(hubSpot, Security, $"fromTimestamp={from.ToUnixTimeMilliseconds()}&toTimestamp={to.ToUnixTimeMilliseconds()}&");
        events.ShouldAllBe(
            item => item.GetProperty("createdAt").GetDateTimeOffset() >= from && item.GetProperty("createdAt").GetDateTimeOffset() <= to);
        events.ShouldAllBe(item => item.GetProperty("actingUser").ValueKind == JsonValueKind.String);
        events.Select(item => item.GetProperty("type").GetString())
            .Distinct()
            .Order()
            .ShouldBe(["EXPORT", "EXPORT_DOWNLOAD", "PRIVATE_APP_ACCESS_TOKEN_ROTATE", "SERVICE_KEY_ROTATE"]);
        events.ShouldContain(item => !Has(item, "location"));
        // five keys, every 55 days
        events.Count(item => item.GetProperty("type").GetString()!.EndsWith("ROTATE", StringComparison.Ordinal)).ShouldBeInRange(4, 7);
    }

    [Fact]
    public async Task Some_events_are_shown_only_hours_later()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var late = 0;
        for (var day = 0; day < 20; day++)
        {
            var now = hubSpot.Clock.GetUtcNow();
            var before = await IdsAsync(hubSpot, now);
            hubSpot.Clock.Advance(TimeSpan.FromHours(24));
            late += (await IdsAsync(hubSpot, now)).Except(before).Count();
        }
        late.ShouldBeInRange(1, 30);
    }

    [Fact]
    public async Task The_audit_log_names_the_actor_in_an_object_and_is_sorted_as_asked()
    {
        await using var hubSpot = await StartAsync("enterprise");
        var events = await AllAsync(hubSpot, Audit, "occurredAfter=2026-11-16T00:00:00Z&occurredBefore=2026-11-21T00:00:00Z&sort=occurredAt&", 100);
        events.Count.ShouldBeInRange(500, 950);
        var times = events.Select(item => item.GetProperty("occurredAt").GetDateTimeOffset()).ToList();
        times.ShouldBe(times.Order());
        events.ShouldAllBe(item => item.GetProperty("actingUser").GetProperty("userId").GetInt64() > 0);
        events.ShouldContain(item => item.GetProperty("id").GetString()!.EndsWith('='));
    }

    [Theory]
    [InlineData("enterprise", "200 200 200 200")]
    [InlineData("quiet", "200 200 403 200")]
    [InlineData("starter", "200 200 403 403")]
    public async Task Plans_differ_in_what_they_deny(string scenario, string expected)
    {
        await using var hubSpot = await StartAsync(scenario);
        var answers = new List<Answer>();
        foreach (var list in new[] { Security, Login, Audit, Smtp }) answers.Add(await hubSpot.GetAsync(list));
        string.Join(' ', answers.Select(answer => (int)answer.Status)).ShouldBe(expected);
        answers.Where(answer => answer.Status == HttpStatusCode.Forbidden).ShouldAllBe(answer =>
            answer.Json.GetProperty("category").GetString() == "MISSING_SCOPES"
            && answer.Json.GetProperty("errors")[0].GetProperty("context").GetProperty("requiredGranularScopes").GetArrayLength() == 1);
    }

    [Fact]
    public async Task A_free_plan_denies_both_histories()
    {
        var free = new Scenario { Name = "free", Title = "", Story = "", Effects = [], Lines = [], Plan = AccountPlan.Free };
        await using var hubSpot = await HubSpotClient.StartAsync(free, HubSpotClient.Morning);
        (await hubSpot.GetAsync(Security)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await hubSpot.GetAsync(Login)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await hubSpot.GetAsync(Users)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData($"{Security}?limit=201")]
    [InlineData($"{Login}?limit=0")]
    [InlineData($"{Login}?after=nonsense")]
    [InlineData($"{Users}?limit=101")]
    public async Task A_limit_or_cursor_of_no_sense_is_refused(string path)
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        (await hubSpot.GetAsync(path)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Users_have_numbers_as_texts_and_three_of_twelve_may_do_everything()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var users = await AllAsync(hubSpot, Users, "", 5);
        users.Count.ShouldBe(12);
        users.ShouldAllBe(user => user.GetProperty("id").ValueKind == JsonValueKind.String);
        users.Count(user => user.GetProperty("superAdmin").GetBoolean()).ShouldBe(3);
    }

    [Fact]
    public async Task The_same_seed_lives_the_same_life_and_another_another()
    {
        await using var one = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        await using var same = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        await using var other = await HubSpotClient.StartAsync([HubSpotClient.Acme with { Seed = 2 }], HubSpotClient.Morning);
        var logins = Raw(await AllAsync(one, Login));
        Raw(await AllAsync(same, Login)).ShouldBe(logins);
        Raw(await AllAsync(other, Login)).ShouldNotBe(logins);
    }

    [Theory]
    [InlineData("key-revealed-then-used", "SERVICE_KEY_REVEAL")]
    [InlineData("scope-creep", "PRIVATE_APP_SCOPE_GROUPS_UPDATE SERVICE_KEY_PERMISSIONS_UPDATE SERVICE_KEY_PERMISSIONS_UPDATE")]
    [InlineData("orphaned-grant", "REMOVE_USER")]
    [InlineData("guard-off", "IP_RESTRICTIONS_DISABLED REMOVE_TWO_FACTOR_AUTHENTICATION UNREQUIRE_SINGLE_SIGN_ON")]
    [InlineData("rotation", "SERVICE_KEY_ROTATE")]
    [InlineData("enterprise", "SMART_VAULT_POLICY_CHANGED")]
    [InlineData("starter", "")]
    public async Task A_scenario_adds_to_the_security_activity_what_it_tells(string scenario, string types)
    {
        await using var hubSpot = await StartAsync(scenario);
        await using var quiet = await StartAsync("quiet");
        foreach (var clock in new[] { hubSpot.Clock, quiet.Clock }) clock.Advance(TimeSpan.FromHours(10));
        var added = Raw(await AllAsync(hubSpot, Security))
            .Except(Raw(await AllAsync(quiet, Security)))
            .Select(line => JsonElement.Parse(line).GetProperty("type").GetString()!);
        string.Join(' ', added.Order(StringComparer.Ordinal)).ShouldBe(types);
    }

    [Fact]
    public async Task Passwords_are_guessed_from_abroad_until_one_is_right()
    {
        await using var hubSpot = await StartAsync("brute-force");
        hubSpot.Clock.Advance(TimeSpan.FromMinutes(44));
        var abroad = (await AllAsync(hubSpot, Login)).Where(login => login.GetProperty("countryCode").GetString() == "nz").ToList();
        abroad.Select(login => login.GetProperty("loginSucceeded").GetBoolean()).ShouldBe([true, .. Enumerable.Repeat(false, 30)]);
    }

    [Fact]
    public async Task Who_leaves_is_no_longer_listed_and_still_the_one_who_made_the_token()
    {
        await using var hubSpot = await StartAsync("orphaned-grant");
        var info = await hubSpot.IntrospectAsync(HubSpotClient.Acme.Token);
        var maker = info.Json.GetProperty("userId").GetInt64().ToString(CultureInfo.InvariantCulture);
        (await AllAsync(hubSpot, Users)).ShouldContain(user => user.GetProperty("id").GetString() == maker);
        hubSpot.Clock.Advance(TimeSpan.FromHours(9));
        (await AllAsync(hubSpot, Users)).ShouldNotContain(user => user.GetProperty("id").GetString() == maker);
    }

    [Fact]
    public async Task A_credential_that_creeps_may_do_more_than_before()
    {
        await using var hubSpot = await StartAsync("scope-creep");
        var before = (await hubSpot.IntrospectAsync(HubSpotClient.Acme.Token)).Json.GetProperty("scopes").GetArrayLength();
        hubSpot.Clock.Advance(TimeSpan.FromHours(10));
        (await hubSpot.IntrospectAsync(HubSpotClient.Acme.Token)).Json.GetProperty("scopes").GetArrayLength().ShouldBe(before + 2);
    }

    [Fact]
    public async Task After_a_rotation_both_tokens_work_for_a_week_and_then_the_new_one_only()
    {
        await using var hubSpot = await StartAsync("rotation");
        var (old, next) = (HubSpotClient.Acme.Token, HubSpotClient.Acme.NextToken);
        (await StatusesAsync()).ShouldBe("200 401");
        hubSpot.Clock.Advance(TimeSpan.FromHours(9));
        (await StatusesAsync()).ShouldBe("200 200");
        hubSpot.Clock.Advance(TimeSpan.FromDays(7));
        (await StatusesAsync()).ShouldBe("401 200");

        async Task<string> StatusesAsync() =>
            $"{(int)(await hubSpot.GetAsync(HubSpotClient.DetailsPath, old)).Status} {(int)(await hubSpot.GetAsync(HubSpotClient.DetailsPath, next)).Status}";
    }

    [Fact]
    public async Task A_leaked_token_is_deactivated_in_the_history_before_it_is_dead()
    {
        await using var hubSpot = await StartAsync("leaked-token");
        hubSpot.Clock.Advance(TimeSpan.FromMinutes(35));
        (await AllAsync(hubSpot, Security))[0].ShouldSatisfyAllConditions(
            item => item.GetProperty("type").GetString().ShouldBe("PRIVATE_APP_ACCESS_TOKEN_DEACTIVATE"),
            item => Has(item, "actingUser").ShouldBeFalse());
        hubSpot.Clock.Advance(TimeSpan.FromMinutes(6));
        (await hubSpot.GetAsync(Security)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Task<HubSpotClient> StartAsync(string scenario) => HubSpotClient.StartAsync(ScenarioCatalog.Get(scenario), HubSpotClient.Morning);

    private static async Task<List<JsonElement>> AllAsync(HubSpotClient hubSpot, string path, string query = "", int limit = 0)
    {
        List<JsonElement> all = [];
        var after = "";
        while (after is not null)
        {
            var answer = await hubSpot.GetAsync($"{path}?{query}{(limit > 0 ? $"limit={limit}&" : "")}{(after.Length > 0 ? $"after={after}" : "")}");
            answer.Status.ShouldBe(HttpStatusCode.OK);
            all.AddRange(answer.Json.GetProperty("results").EnumerateArray());
            after = answer.Json.TryGetProperty("paging", out var paging)
                ? Uri.EscapeDataString(paging.GetProperty("next").GetProperty("after").GetString()!)
                : null;
        }
        return all;
    }

    private static async Task<IEnumerable<string?>> IdsAsync(HubSpotClient hubSpot, DateTimeOffset to) =>
        (await AllAsync(hubSpot, Login))
            .Where(login => login.GetProperty("loginAt").GetDateTimeOffset() <= to.AddMinutes(-1)
                && login.GetProperty("loginAt").GetDateTimeOffset() > to.AddDays(-60))
            .Select(login => login.GetProperty("id").GetString());

    private static List<string> Raw(List<JsonElement> items) => [.. items.Select(item => item.GetRawText())];

    private static bool Has(JsonElement element, string name) => element.TryGetProperty(name, out _);
}
