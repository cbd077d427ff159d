using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests.Posture;

public sealed class InventoryTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Events_registry_and_introspection_of_one_key_make_one_record()
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", 7654, IdOf(Jane), ["oauth"], true);
        ActivityEvent[] events = [Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "7654"), Security("SERVICE_KEY_REVEAL", Now.AddDays(-1), "7654")];
        var key = Build(events, own, [Entry("erp", CredentialKind.ServiceKey, "7654")]).ShouldHaveSingleItem();
        (key.Id, key.Name, key.RegisteredAs, key.IsOwn, key.Owner, key.CreatedBy, key.Revealed!.At, key.LastSeenAt, key.Status)
            .ShouldBe(("ServiceKey:7654", "ERP", "erp", true, "owner@acme.example", Jane, Now.AddDays(-1), Now, CredentialStatus.Active));
        (key.Scopes!.Single(), key.History.Count).ShouldBe(("oauth", 2));
    }

    [Fact]
    public void The_monitors_own_service_key_of_which_HubSpot_tells_no_number_is_the_one_that_is_registered_for_it()
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", null, IdOf(Jane), ["oauth"], true);
        var entry = Entry("monitor", CredentialKind.ServiceKey, "4821090") with { Consumers = ["hubspotmonitor"] };
        var key = Build([Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "4821090")], own, [entry]).ShouldHaveSingleItem();
        (key.Id, key.RegisteredAs, key.IsOwn, key.CreatedAt, key.Scopes!.Single())
            .ShouldBe(("ServiceKey:4821090", "monitor", true, Now.AddDays(-60), "oauth"));
    }

    [Fact]
    public void Where_two_keys_are_registered_for_the_monitor_it_is_not_guessed_which_of_them_it_holds()
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", null, IdOf(Jane), ["oauth"], true);
        var entry = Entry("one", CredentialKind.ServiceKey, "1") with { Consumers = ["HubSpotMonitor"] };
        Build([], own, [entry, entry with { Id = "two", ObjectId = "2" }]).Single(one => one.IsOwn).RegisteredAs.ShouldBeNull();
        Build([], own, [entry, entry with { Id = "two", ObjectId = "2", Ended = new(2026, 11, 1) }])
            .Single(one => one.IsOwn).RegisteredAs
            .ShouldBe("one");
    }

    [Theory]
    [InlineData("SERVICE_KEY_CREATE", false, CredentialStatus.Active)]
    [InlineData("SERVICE_KEY_DEACTIVATE", true, CredentialStatus.Ended)]
    public void A_dead_token_of_the_monitors_ends_no_registered_key_and_a_living_one_wakes_none_that_ended(
        string type, bool isActive, CredentialStatus status)
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", null, IdOf(Jane), [], isActive);
        var found = Build(
            [Security(type, Now.AddDays(-60), "1")], own, [Entry("monitor", CredentialKind.ServiceKey, "1") with { Consumers = ["HubSpotMonitor"] }]);
        found.Single(one => one.RegisteredAs == "monitor").Status.ShouldBe(status);
        found.Single(one => one.IsOwn).Status.ShouldBe(isActive ? CredentialStatus.Active : CredentialStatus.Ended);
    }

    [Fact]
    public void A_registered_project_app_is_found_among_private_apps() =>
        Build([Security("PRIVATE_APP_ACCESS_TOKEN_VIEW", Now, "55")], null, [Entry("p", CredentialKind.ProjectApp, "55")])
            .ShouldHaveSingleItem().Kind
            .ShouldBe(CredentialKind.ProjectApp);

    [Fact]
    public void The_same_number_of_another_kind_is_another_credential() =>
        Build([Security("SERVICE_KEY_REVEAL", Now, "55")], null, [Entry("p", CredentialKind.ProjectApp, "55")]).Select(one => (one.Id, one.Status))
            .ShouldBe([("ServiceKey:55", CredentialStatus.Active), ("registered:p", CredentialStatus.NeverSeen)]);

    [Fact]
    public void Without_a_number_a_personal_access_key_is_found_by_its_owner_and_the_api_key_by_its_kind()
    {
        var found = Build(
            [
                Security("PERSONAL_ACCESS_KEY_CREATE", Now, user: "owner@acme.example"),
                Security("PERSONAL_ACCESS_KEY_CREATE", Now),
                Security("HAPIKEY_VIEW", Now),
            ],
            null,
            [Entry("mine", CredentialKind.PersonalAccessKey), Entry("old", CredentialKind.ApiKey)]);
        found.Select(one => (one.Kind, one.RegisteredAs)).ShouldBe(
            [(CredentialKind.ApiKey, "old"), (CredentialKind.PersonalAccessKey, null), (CredentialKind.PersonalAccessKey, "mine")],
            ignoreOrder: true);
    }

    [Fact]
    public void A_personal_access_key_of_an_owner_with_a_new_mail_address_is_found_by_their_number()
    {
        var snapshot = Snapshot(null) with { Users = [new(IdOf(Jane), "jane.doe@acme.example", false)] };
        var entry = Entry("mine", CredentialKind.PersonalAccessKey) with { Owner = "jane.doe@acme.example" };
        Inventory.Build(Fold([Security("PERSONAL_ACCESS_KEY_CREATE", Now)]), snapshot, new(Samples.Acme.Id) { Credentials = [entry] }, [], Now)
            .ShouldHaveSingleItem().RegisteredAs
            .ShouldBe("mine");
    }

    [Theory]
    [InlineData(-40, CredentialStatus.Ended)]
    [InlineData(0, CredentialStatus.Ended)]
    [InlineData(1, CredentialStatus.Active)]
    public void An_end_that_no_event_tells_is_the_registrys_from_its_day_on(int day, CredentialStatus status) =>
        Build([Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "7654")], null, [Ended(day)]).ShouldHaveSingleItem().Status.ShouldBe(status);

    [Theory]
    [InlineData("SERVICE_KEY_REVEAL", -4, CredentialStatus.Ended)] // the day itself, where it is last over
    [InlineData("SERVICE_KEY_REVEAL", -3, CredentialStatus.Active)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -3, CredentialStatus.Ended)]
    public void What_is_touched_after_its_registered_end_has_not_ended(string type, int day, CredentialStatus status) =>
        Build([Security("SERVICE_KEY_ROTATE", Now.AddDays(-10), "7654"), Security(type, Now.AddDays(day), "7654")], null, [Ended(-5)])
            .ShouldHaveSingleItem().Status
            .ShouldBe(status);

    [Theory]
    [InlineData(-6, CredentialStatus.Ended)]
    [InlineData(-3, CredentialStatus.Active)]
    public void What_writes_after_its_registered_end_has_not_ended(int day, CredentialStatus status) =>
        Build([Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "7654")], null, [Ended(-5)], Writer("INTEGRATION:7654", Now.AddDays(day)))
            .ShouldHaveSingleItem().Status
            .ShouldBe(status);

    [Fact]
    public void An_app_that_is_connected_anew_on_the_day_of_its_registered_end_has_not_ended()
    {
        var entry = Entry("sync", CredentialKind.OAuthGrant, "777") with { Ended = new(2026, 11, 24) };
        Build([Security("INSTALL_INTEGRATION", Now.AddHours(-1), "777")], null, [entry])
            .ShouldHaveSingleItem().Status
            .ShouldBe(CredentialStatus.Active);
    }

    [Fact]
    public void A_key_that_is_made_and_ends_on_one_day_has_ended() =>
        Build([Security("SERVICE_KEY_CREATE", Now.AddHours(-1), "7654")], null, [Ended(0)])
            .ShouldHaveSingleItem().Status
            .ShouldBe(CredentialStatus.Ended);

    [Fact]
    public void What_HubSpot_itself_says_is_alive_no_registry_ends()
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", 7654, IdOf(Jane), ["oauth"], true);
        Build([Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "7654")], own, [Ended(-5)])
            .ShouldHaveSingleItem().Status
            .ShouldBe(CredentialStatus.Active);
        var listed = Snapshot(null) with { SmtpTokens = [new("s1", "news", Jane, Now.AddDays(-60))] };
        var entry = Entry("mail", CredentialKind.SmtpToken, "s1") with { Ended = new(2026, 11, 19) };
        Inventory.Build(Fold([]), listed, new(Samples.Acme.Id) { Credentials = [entry] }, [], Now)
            .ShouldHaveSingleItem().Status
            .ShouldBe(CredentialStatus.Active);
    }

    [Fact]
    public void What_was_never_seen_and_has_ended_is_not_looked_for() =>
        Build([], null, [Ended(-5)]).ShouldHaveSingleItem().Status.ShouldBe(CredentialStatus.Ended);

    [Fact]
    public void The_days_of_the_registry_fill_what_events_do_not_tell()
    {
        var entry = Entry("erp", CredentialKind.ServiceKey, "7654") with { Created = new(2024, 1, 1), Rotated = new(2026, 11, 1) };
        var key = Build([Security("SERVICE_KEY_ROTATE", Now.AddDays(-90), "7654")], null, [entry]).ShouldHaveSingleItem();
        (key.CreatedAt, key.SecretSince).ShouldBe(
            (new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void An_smtp_token_that_HubSpot_no_longer_lists_has_ended()
    {
        var ledger = Fold([Security("SMTP_TOKEN_CREATED", Now.AddDays(-9), "gone"), Security("SMTP_TOKEN_CREATED", Now.AddDays(-9), "here")]);
        var found = Inventory.Build(ledger, Snapshot(null) with { SmtpTokens = [new("here", "news", Jane, Now.AddDays(-9))] }, null, [], Now);
        found.Select(one => (one.ObjectId, one.Status, one.Name))
            .ShouldBe([("gone", CredentialStatus.Ended, "SMTP token gone"), ("here", CredentialStatus.Active, "SMTP token of news")]);
    }

    [Theory]
    [InlineData(-2, CredentialStatus.Active)]
    [InlineData(-50, CredentialStatus.Ended)]
    public void An_app_that_writes_after_its_end_has_not_ended(int hours, CredentialStatus status)
    {
        var ledger = Fold([Security("SERVICE_KEY_CREATE", Now.AddDays(-40), "55"), Security("SERVICE_KEY_DEACTIVATE", Now.AddDays(-1), "55")]);
        Inventory.Build(ledger, Snapshot(null), null, [Writer("INTEGRATION:55", Now.AddHours(hours))], Now)
            .ShouldHaveSingleItem().Status
            .ShouldBe(status);
    }

    [Fact]
    public void An_app_that_wrote_nothing_for_four_weeks_is_no_writer_any_more() =>
        Inventory.Build(Fold([]), Snapshot(null), null, [Writer("INTEGRATION:55", Now.AddDays(-29)), Writer("INTEGRATION:56", Now.AddDays(-27))], Now)
            .ShouldHaveSingleItem().ObjectId
            .ShouldBe("56");

    [Fact]
    public void Building_again_gives_the_same_in_the_same_order()
    {
        ActivityEvent[] events =
            [Security("SERVICE_KEY_REVEAL", Now, "2"), Security("SERVICE_KEY_REVEAL", Now, "1"), Security("INSTALL_INTEGRATION", Now, "9")];
        Build(events, null, []).Select(one => one.Id).ShouldBe(["OAuthGrant:9", "ServiceKey:1", "ServiceKey:2"]);
        Build([.. events.Reverse()], null, []).Select(one => one.Id).ShouldBe(["OAuthGrant:9", "ServiceKey:1", "ServiceKey:2"]);
    }

    [Fact]
    public void An_app_that_only_webhooks_name_is_a_record_of_its_own()
    {
        EventProfile[] writers =
        [
            Writer("INTEGRATION:9393361", Now.AddHours(-2)),
            Writer("INTEGRATION:9393361", Now.AddDays(-3), ChangeKind.Deletion),
            Writer("CRM_UI", Now),
        ];
        var app = Build([], null, [], writers).ShouldHaveSingleItem();
        (app.Id, app.Name, app.Kind, app.Status, app.LastSeenAt, app.LastWroteAt)
            .ShouldBe(("Unknown:9393361", "app or key 9393361", CredentialKind.Unknown, CredentialStatus.Active, Now.AddHours(-2), Now.AddHours(-2)));
    }

    [Fact]
    public void What_an_app_wrote_is_a_sign_of_life_of_the_credential_that_is_known_by_its_number()
    {
        var app = Build([Security("INSTALL_INTEGRATION", Now.AddDays(-9), "777")], null, [], Writer("INTEGRATION:777", Now.AddHours(-1)))
            .ShouldHaveSingleItem();
        (app.Id, app.LastSeenAt).ShouldBe(("OAuthGrant:777", Now.AddHours(-1)));
        Build([Security("INSTALL_INTEGRATION", Now, "777")], null, [], Writer("INTEGRATION:777", Now.AddHours(-1))).Single().LastSeenAt.ShouldBe(Now);
    }

    [Fact]
    public void A_registered_app_that_wrote_was_seen() =>
        Build([], null, [Entry("sync", CredentialKind.OAuthGrant, "777")], Writer("INTEGRATION:777", Now.AddHours(-1)))
            .ShouldHaveSingleItem().Status
            .ShouldBe(CredentialStatus.Active);

    [Theory]
    [InlineData(SourceAccess.Read, 0)]
    [InlineData(SourceAccess.Failed, 1)]
    public void What_is_kept_of_the_last_answer_about_its_own_token_is_no_sign_of_life_now(SourceAccess access, int daysAgo)
    {
        var own = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", 7654, IdOf(Jane), ["oauth"], true);
        var snapshot = Snapshot(own) with { Sources = [new(AccessSource.OwnToken, access, null, Now)] };
        var key = Inventory.Build(Fold([Security("SERVICE_KEY_REVEAL", Now.AddDays(-1), "7654")]), snapshot, null, [], Now).ShouldHaveSingleItem();
        (key.IsOwn, key.Status, key.LastSeenAt).ShouldBe((true, CredentialStatus.Active, Now.AddDays(-daysAgo)));
    }

    private static EventProfile Writer(string source, DateTimeOffset at, ChangeKind kind = ChangeKind.Change) =>
        new()
        {
            Portal = Samples.Acme.Id,
            Source = source,
            Kind = kind,
            FirstDay = new(2026, 11, 1),
            Peaks = [new(DateOnly.FromDateTime(at.AddDays(-1).UtcDateTime), 3, at.AddDays(-1)), new(DateOnly.FromDateTime(at.UtcDateTime), 3, at)],
        };

    private static RegisteredCredential Entry(string id, CredentialKind kind, string? number = null) =>
        new() { Id = id, Kind = kind, ObjectId = number, Name = id.ToUpperInvariant(), Owner = "owner@acme.example" };

    private static RegisteredCredential Ended(int day) =>
        Entry("erp", CredentialKind.ServiceKey, "7654") with { Ended = DateOnly.FromDateTime(Now.AddDays(day).UtcDateTime) };

    private static IReadOnlyList<Credential> Build(
        IReadOnlyList<ActivityEvent> events,
        TokenGrant? own,
        IReadOnlyList<RegisteredCredential> entries,
        params IReadOnlyList<EventProfile> writers) =>
        Inventory.Build(Fold(events), Snapshot(own), new(Samples.Acme.Id) { Credentials = entries }, writers, Now);

    private static AccessLedger Fold(IReadOnlyList<ActivityEvent> events) =>
        AccessLedger.Fold(AccessLedger.Empty(Samples.Acme.Id), events, Now.AddTicks(1));

    private static AccessSnapshot Snapshot(TokenGrant? own) => new() { Portal = Samples.Acme.Id, At = Now, Sources = [], Own = own };
}
