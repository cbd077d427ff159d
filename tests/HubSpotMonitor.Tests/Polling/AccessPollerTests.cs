using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Polling;

/// <summary>Who has access, as HubSpot may tell it, over a real connection and through the store.</summary>
public sealed class AccessPollerTests(SharedAzurite azurite) : IAsyncLifetime
{
    private ActivityUnderTest _watch = null!;

    public async ValueTask InitializeAsync() => _watch = await ActivityUnderTest.StartAsync(azurite);

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    [Fact]
    public async Task The_snapshot_has_users_the_own_token_and_SMTP_tokens_without_their_passwords()
    {
        Plan("2026-09", null, User("2", superAdmin: true), User("1"));
        Plan("smtp-tokens", null, new JsonObject
        {
            ["id"] = "smtp-1",
            ["password"] = ActivityUnderTest.SmtpPassword,
            ["campaignName"] = "Invoices",
            ["createdBy"] = "a@example.com",
            ["createdAt"] = "2026-01-05T10:00:00Z",
        });
        await _watch.AuditAsync();
        var snapshot = (await _watch.Get<AccessTable>().ReadAsync(Samples.Acme.Id, ActivityUnderTest.Stop))!;
        snapshot.Users!.Select(user => (user.Id, user.Email, user.SuperAdmin)).ShouldBe([(1, "u1@example.com", false), (2, "u2@example.com", true)]);
        snapshot.SmtpTokens.ShouldBe([new("smtp-1", "Invoices", "a@example.com", new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero))]);
        (snapshot.Own!.Kind, snapshot.Own.Fingerprint, snapshot.Own.UserId, snapshot.Own.IsActive)
            .ShouldBe((CredentialKind.ServiceKey, "pat-na1-…feed", 876, true));
        snapshot.Own.Scopes.ShouldBe(["account-info.security.read", "oauth"]);
        snapshot.Sources.Select(state => (state.Source, state.Access)).ShouldBe(
        [
            (AccessSource.Users, SourceAccess.Read),
            (AccessSource.OwnToken, SourceAccess.Read),
            (AccessSource.SmtpTokens, SourceAccess.Read),
            (AccessSource.SecurityActivity, SourceAccess.Unknown),
            (AccessSource.LoginHistory, SourceAccess.Unknown),
            (AccessSource.AuditLog, SourceAccess.Unknown),
        ]);
    }

    [Fact]
    public async Task The_token_is_asked_about_in_the_body_and_shown_in_the_header()
    {
        await _watch.AuditAsync();
        _watch.HubSpot.Asked.Single(asked => asked.Last == "access-token-info").Body.ShouldBe($$"""{"tokenKey":"{{ActivityUnderTest.Token}}"}""");
        _watch.HubSpot.Requests.Single(request => request.Method == "POST").Authorization.ShouldBe($"Bearer {ActivityUnderTest.Token}");
    }

    [Fact]
    public async Task No_table_holds_the_token_or_an_SMTP_password()
    {
        Plan("smtp-tokens", null, new JsonObject { ["id"] = "smtp-1", ["password"] = ActivityUnderTest.SmtpPassword });
        await _watch.AuditAsync();
        await _watch.PollAndJudgeAsync();
        var tables = await TextOfTablesAsync();
        tables[_watch.Prefix + "Access"].ShouldContain("smtp-1");
        foreach (var (table, text) in tables)
        {
            text.ShouldNotContain(ActivityUnderTest.SmtpPassword, Case.Insensitive, table);
            text.ShouldNotContain("8000-00000000feed", Case.Insensitive, table);
        }
    }

    [Fact]
    public async Task A_super_admin_who_was_none_on_the_last_list_is_remembered_also_across_a_list_that_failed()
    {
        Plan("2026-09", null, User("1", superAdmin: true), User("2"));
        (await _watch.AuditAsync()).Raised.ShouldBeEmpty("everybody on the first list would be new");
        _watch.Now = _watch.Now.AddHours(1);
        _watch.HubSpot.Others["2026-09"] = [FakeHubSpot.Reply("{}", 500)];
        (await _watch.AuditAsync()).Users.ShouldBeNull();
        _watch.Now = _watch.Now.AddHours(1);
        Plan("2026-09", null, User("1", superAdmin: true), User("2", superAdmin: true));
        AdminRaise raise = new(2, "u2@example.com", _watch.Now.AddHours(-2), _watch.Now);
        (await _watch.AuditAsync()).Raised.ShouldBe([raise]);
        _watch.Now = _watch.Now.AddHours(1);
        (await _watch.AuditAsync()).Raised.ShouldBe([raise]);
        _watch.Now = _watch.Now.AddDays(90);
        (await _watch.AuditAsync()).Raised.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_is_refused_is_dead()
    {
        _watch.HubSpot.Others["access-token-info"] = [FakeHubSpot.Reply("{}", 401)];
        var snapshot = await _watch.AuditAsync();
        (snapshot.Own!.IsActive, snapshot.Own.Fingerprint).ShouldBe((false, "pat-na1-…feed"));
        State(snapshot, AccessSource.OwnToken).Access.ShouldBe(SourceAccess.Read);
    }

    [Fact]
    public async Task A_source_that_is_denied_says_what_to_grant_and_is_asked_again_after_six_hours()
    {
        _watch.HubSpot.Others["2026-09"] =
            [FakeHubSpot.Reply("""{"category":"MISSING_SCOPES","context":{"missingScopes":["settings.users.read"]}}""", 403)];
        var state = State(await _watch.AuditAsync(), AccessSource.Users);
        state.Access.ShouldBe(SourceAccess.Denied);
        state.Says.ShouldBe(
            "HubSpot denies /settings/users/2026-09 (403): the credential lacks the scope settings.users.read. Grant the monitor's credential the scope settings.users.read.");
        _watch.Now = _watch.Now.AddHours(5);
        State(await _watch.AuditAsync(), AccessSource.Users).ShouldBe(state);
        _watch.Calls("2026-09").ShouldBe(1);
        _watch.Now = _watch.Now.AddHours(1);
        await _watch.AuditAsync();
        _watch.Calls("2026-09").ShouldBe(2);
        _watch.Logs.Lines.Count(line => line.Contains("Cannot read Users", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Twenty_thousand_users_are_read_once_a_day()
    {
        _watch.HubSpot.Others["2026-09"] =
        [
            .. Enumerable.Range(0, 200).Select(
                page => ActivityUnderTest.Page(page == 199 ? null : $"p{page}", Enumerable.Range(page * 100, 100).Select(id => User($"{id + 1}")))),
        ];
        await _watch.AuditAsync();
        _watch.Now = _watch.Now.AddHours(1);
        (await _watch.AuditAsync()).Users!.Count.ShouldBe(20_000);
        _watch.Calls("2026-09").ShouldBe(200);
        _watch.Now = _watch.Now.AddHours(23);
        _watch.HubSpot.Others["2026-09"] = [ActivityUnderTest.Page(null, User("1"))];
        (await _watch.AuditAsync()).Users!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_list_that_is_read_once_a_day_a_new_super_admin_was_none_a_day_ago()
    {
        var first = _watch.Now;
        Plan("2026-09", null, [.. Enumerable.Range(1, 501).Select(id => User($"{id}"))]);
        await _watch.AuditAsync();
        _watch.Now = first.AddHours(23);
        await _watch.AuditAsync();
        _watch.Now = first.AddHours(24);
        Plan("2026-09", null, [.. Enumerable.Range(1, 501).Select(id => User($"{id}", superAdmin: id == 2))]);
        (await _watch.AuditAsync()).Raised.ShouldBe([new(2, "u2@example.com", first, first.AddHours(24))]);
    }

    [Fact]
    public async Task Half_a_list_of_users_is_no_list()
    {
        _watch.HubSpot.Others["2026-09"] = [ActivityUnderTest.Page("a", User("1")), FakeHubSpot.Reply("{}", 400)];
        var snapshot = await _watch.AuditAsync();
        snapshot.Users.ShouldBeNull();
        State(snapshot, AccessSource.Users).Access.ShouldBe(SourceAccess.Failed);
    }

    [Fact]
    public async Task A_list_that_takes_too_long_has_failed_and_the_others_are_read()
    {
        var before = await _watch.AuditAsync(); // connected, and whose the token is known: of what follows only the list takes time
        var hurried = new AccessPoller(_watch.Get<HubSpotClient>(), _watch.Get<AccountCheck>()) { Limit = TimeSpan.FromSeconds(8) };
        _watch.HubSpot.Others["2026-09"] = [FakeHubSpot.Hang];
        var snapshot = await hurried.PollAsync(
            new() { Id = Samples.Acme.Id, Token = ActivityUnderTest.Token },
            ActivityUnderTest.Token,
            before,
            _watch.Now.AddHours(1),
            ActivityUnderTest.Stop);
        (State(snapshot, AccessSource.Users).Access, State(snapshot, AccessSource.OwnToken).Access, State(snapshot, AccessSource.SmtpTokens).Access)
            .ShouldBe((SourceAccess.Failed, SourceAccess.Read, SourceAccess.Read));
        State(snapshot, AccessSource.Users).Says.ShouldBe("HubSpot's lists took more than 8 seconds; the next audit asks again.");
    }

    [Fact]
    public async Task A_list_that_leads_in_a_circle_is_no_list()
    {
        Plan("2026-09", "a", User("1"));
        var snapshot = await _watch.AuditAsync();
        snapshot.Users.ShouldBeNull();
        State(snapshot, AccessSource.Users).Says.ShouldNotBeNull().ShouldContain("does not end");
        _watch.Calls("2026-09").ShouldBe(2);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_makes_the_list_unknown_but_a_field_does_not()
    {
        var odd = User("1");
        (odd["email"], odd["superAdmin"]) = (new JsonObject(), "true");
        Plan("2026-09", null, odd);
        (await _watch.AuditAsync()).Users.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(user => user.Email.ShouldBeNull(), user => user.SuperAdmin.ShouldBeTrue());
        Plan("2026-09", null, User("1"), 5);
        (await _watch.AuditAsync()).Users.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_known_of_its_own_token_and_of_SMTP_tokens_stays_while_HubSpot_does_not_answer()
    {
        var before = await _watch.AuditAsync();
        before.Own.ShouldNotBeNull();
        before.SmtpTokens.ShouldNotBeNull();
        foreach (var list in (string[])["access-token-info", "smtp-tokens", "2026-09"]) _watch.HubSpot.Others[list] = [FakeHubSpot.Reply("nonsense")];

        var after = await _watch.AuditAsync();

        foreach (var source in (AccessSource[])[AccessSource.OwnToken, AccessSource.SmtpTokens, AccessSource.Users])
            State(after, source).Access.ShouldBe(SourceAccess.Failed);
        (after.Own?.Fingerprint, after.SmtpTokens?.Count, after.Users).ShouldBe((before.Own.Fingerprint, before.SmtpTokens.Count, null));
    }

    [Theory]
    [InlineData("pat-na1-00000000-0000-4000-8000-00000000feed", null, CredentialKind.ServiceKey)]
    [InlineData("pat-eu1-00000000-0000-4000-8000-00000000feed", 5L, CredentialKind.LegacyPrivateApp)]
    [InlineData("CiRuYTEtMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDBmZWVkEAEYAQ", null, CredentialKind.PersonalAccessKey)]
    [InlineData("CiRuYTMtMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDBmZWVkEAEYAUJTUDJfJEBMKwICAAkIAQRtHTkx", null, CredentialKind.PersonalAccessKey)]
    [InlineData("CiRldTItMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDBmZWVkEAEYAUJTUDJfJEBMKwICAAkIAQRtHTkx", null, CredentialKind.PersonalAccessKey)]
    [InlineData(
        "CNaKSIHaMhIVQlNQMl8kQEwrAgIACAkABB0BATgBARjH4dELIMe-7AsoveWRAjIUcO8xnBEdZ0PaMGbgw8XkKD8tQSU6D0JTUDJf", null, CredentialKind.OAuthGrant)]
    [InlineData("something-else", null, CredentialKind.Unknown)]
    public void A_token_tells_its_kind_by_its_form(string token, long? appId, CredentialKind kind) => TokenForm.KindOf(token, appId).ShouldBe(kind);

    [Theory]
    [InlineData("pat-na1-00000000-0000-4000-8000-000000001234", "pat-na1-…1234")]
    [InlineData("00000000-0000-4000-8000-000000001234", "…1234")]
    [InlineData("pat-na1-short1234", "…")]
    [InlineData("pat-a/b#c-00000000-0000-4000-8000-000000001234", "…1234")]
    [InlineData("", "…")]
    public void A_fingerprint_shows_too_little_to_be_used(string secret, string shown) => Fingerprint.Of(secret).ShouldBe(shown);

    // Every column of every row of this test's tables, as it lies there and, where it was packed, unpacked too.
    private async Task<Dictionary<string, string>> TextOfTablesAsync()
    {
        Dictionary<string, string> texts = [];
        var service = new TableServiceClient(azurite.ConnectionString);
        await foreach (var table in service.QueryAsync(cancellationToken: ActivityUnderTest.Stop))
        {
            if (!table.Name.StartsWith(_watch.Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            var rows = await service.GetTableClient(table.Name)
                .QueryAsync<TableEntity>(cancellationToken: ActivityUnderTest.Stop)
                .ToListAsync(ActivityUnderTest.Stop);
            texts[table.Name] = string.Join('\n', rows
                .SelectMany(row => row.Keys.Select(column => row[column]))
                .Select(value => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) + Unpacked(bytes) : $"{value}"));
        }
        return texts;
    }

    private static string Unpacked(byte[] bytes)
    {
        try
        {
            using var text = new StreamReader(new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress));
            return text.ReadToEnd();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            return "";
        }
    }

    private static SourceState State(AccessSnapshot snapshot, AccessSource source) => snapshot.Sources.Single(state => state.Source == source);

    private static JsonObject User(string id, bool superAdmin = false) =>
        new()
        {
            ["id"] = id,
            ["email"] = string.Create(CultureInfo.InvariantCulture, $"u{id}@example.com"),
            ["superAdmin"] = superAdmin,
            ["roleIds"] = new JsonArray("60011"),
            ["roleId"] = "60011",
        };

    private void Plan(string list, string? after, params JsonNode?[] rows) =>
        _watch.HubSpot.Others[list] = [ActivityUnderTest.Page(after, rows.Select(row => row?.DeepClone()))];
}
