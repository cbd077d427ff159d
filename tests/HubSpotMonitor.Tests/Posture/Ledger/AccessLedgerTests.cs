using CsCheck;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests.Posture.Ledger;

public sealed class AccessLedgerTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    private static readonly string[] Types =
    [
        "SERVICE_KEY_CREATE", "SERVICE_KEY_ROTATE", "SERVICE_KEY_REVEAL", "SERVICE_KEY_DEACTIVATE", "SERVICE_KEY_ROTATION_SCHEDULE_SET",
        "SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", "PRIVATE_APP_SCOPE_GROUPS_UPDATE", "PERSONAL_ACCESS_KEY_CREATE", "INSTALL_INTEGRATION",
        "UNINSTALL_INTEGRATION", "EXPORT", "REMOVE_SINGLE_SIGN_ON", "ADD_SINGLE_SIGN_ON", "REMOVE_TWO_FACTOR_AUTHENTICATION",
        "ADD_TWO_FACTOR_AUTHENTICATION", "ADD_ADMIN_USER", "DEACTIVATE_USER", "REACTIVATE_USER", "NEVER_HEARD_OF",
    ];

    private static readonly string?[] Countries = ["de", null, "fr", "XX", "XX"];

    private static readonly Gen<ActivityEvent> AnyEvent = Gen
        .Select(Gen.Int[0, 400], Gen.Int[0, Types.Length + 2], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, Countries.Length - 1])
        .Select((id, type, hour, person, thing) =>
        {
            // Few instants, so that many fall together; ids decide then.
            var at = Now.AddDays(-hour * 23).AddMinutes(-hour);
            var user = person == 0 ? null : $"p{person}@acme.example";
            var country = Countries[thing];
            return type >= Types.Length
                ? Login(at, user, country, succeeded: type != Types.Length, id: $"{id}-{type}-{hour}-{person}-{thing}")
                : Security(Types[type], at, thing == 4 ? null : $"{thing}", user, country, id: $"{id}-{type}-{hour}-{person}-{thing}");
        });

    private static readonly Gen<ActivityEvent[]> Histories =
        AnyEvent.Array[0, 300].Select(events => events.DistinctBy(item => item.Evidence).ToArray());

    [Fact]
    public void In_pieces_and_at_once_give_the_same_bytes() =>
        Gen.Select(Histories, Gen.Int[0, 300]).Sample((events, cut) =>
        {
            var pieces = Fold(Fold(AccessLedger.Empty(Samples.Acme.Id), events.Take(cut)), events.Skip(cut));
            pieces.Save().ShouldBe(Fold(events).Save());
        }, iter: 300);

    [Fact]
    public void Put_away_and_taken_up_it_goes_on_as_if_nothing_were() =>
        Gen.Select(Histories, Gen.Int[0, 300]).Sample((events, cut) =>
        {
            var taken = AccessLedger.Load(Fold(events.Take(cut)).Save()).ShouldNotBeNull();
            Fold(taken, events.Skip(cut)).Save().ShouldBe(Fold(events).Save());
        }, iter: 200);

    [Fact]
    public void The_order_in_which_events_arrive_changes_nothing() =>
        Histories.Sample(
            events =>
            {
                var byId = Fold([.. events.OrderBy(item => item.Id, StringComparer.Ordinal)]);
                byId.Save().ShouldBe(Fold([.. events.Reverse()]).Save());
            },
            iter: 300);

    [Fact]
    public void Repeats_change_nothing() =>
        Histories.Sample(events => Fold([.. events, .. events]).Save().ShouldBe(Fold(events).Save()), iter: 200);

    [Fact]
    public void Of_a_credential_the_latest_of_each_act_is_kept()
    {
        var ledger = Fold(
            Security("SERVICE_KEY_ROTATE", Now.AddDays(-2), "7654"),
            Security("SERVICE_KEY_CREATE", Now.AddDays(-30), "7654"),
            Security("SERVICE_KEY_REVEAL", Now.AddDays(-1), "7654", "sam@acme.example", "ie"),
            Security("SERVICE_KEY_ROTATE", Now.AddDays(-9), "7654"));
        var key = ledger.Credentials["ServiceKey:7654"];
        (key.Kind, key.Created!.At, key.Rotated!.At, key.Revealed!.By, key.Revealed.From).ShouldBe(
            (CredentialKind.ServiceKey, Now.AddDays(-30), Now.AddDays(-2), "sam@acme.example", "ie, 198.51.100.7"));
        key.History.Select(item => item.At).ShouldBe([Now.AddDays(-30), Now.AddDays(-9), Now.AddDays(-2), Now.AddDays(-1)]);
    }

    [Theory]
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_CREATE", -9, true)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -9, "SERVICE_KEY_CREATE", -1, false)]
    // The old secret ends within a week of the rotation; the key goes on.
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_ROTATE", -8, false)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_ROTATE", -7, false)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_ROTATE", -9, false)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_ROTATE", -4, false)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -1, "SERVICE_KEY_ROTATE", -10, true)]
    [InlineData("SERVICE_KEY_DEACTIVATE", -4, "SERVICE_KEY_ROTATE", -1, false)]
    public void A_credential_ends_when_its_end_is_the_last_word(string ending, int endedDay, string other, int otherDay, bool ended) =>
        Fold(Security(ending, Now.AddDays(endedDay), "1"), Security(other, Now.AddDays(otherDay), "1"))
            .Credentials["ServiceKey:1"].HasEnded.ShouldBe(ended);

    [Fact]
    public void An_old_secret_that_ends_after_a_newer_rotation_does_not_end_the_credential()
    {
        var ledger = Fold(
            Security("SERVICE_KEY_ROTATE", Now.AddDays(-9), "1"),
            Security("SERVICE_KEY_ROTATE", Now.AddDays(-5), "1"),
            Security("SERVICE_KEY_DEACTIVATE", Now.AddDays(-2), "1"));
        ledger.Credentials["ServiceKey:1"].HasEnded.ShouldBeFalse();
    }

    [Fact]
    public void Who_did_something_to_a_credential_keeps_their_number_and_what_was_kept_without_one_is_read()
    {
        AccessLedger.Load(Fold(Security("SERVICE_KEY_CREATE", Now, "1")).Save())!.Credentials["ServiceKey:1"].Created!.UserId.ShouldBe(IdOf(Jane));
        const string made = """{"at":"2026-11-01T00:00:00+00:00","what":"SERVICE_KEY_CREATE","by":"jane@acme.example","evidence":"Security:1"}""";
        var kept = AccessLedger.Load(
            Packed($$"""{"version":2,"portal":1,"foldedUntil":"2026-11-02T00:00:00+00:00","credentials":[{"key":"ServiceKey:1","kind":"ServiceKey","objectId":"1","created":{{made}},"history":[{{made}}]}],"users":[],"days":[]}"""));
        (kept!.Credentials["ServiceKey:1"].Created!.By, kept.Credentials["ServiceKey:1"].Created!.UserId).ShouldBe((Jane, null));
    }

    [Fact]
    public void Of_a_person_countries_hours_and_first_keys_are_kept()
    {
        var ledger = Fold(
            Login(Now.AddDays(-3), country: "fr"),
            Login(Now.AddDays(-80)),
            Login(Now.AddDays(-1)),
            Security("PERSONAL_ACCESS_KEY_CREATE", Now.AddDays(-5)),
            Security("EXPORT", Now.AddDays(-4)));
        var jane = ledger.Users[$"{IdOf(Jane)}"];
        jane.Countries.Select(seen => (seen.Country, seen.First, seen.Last))
            .ShouldBe([("de", Now.AddDays(-80), Now.AddDays(-1)), ("fr", Now.AddDays(-3), Now.AddDays(-3))]);
        jane.Countries[0].Days.ShouldBe([DayOf(Now.AddDays(-80)), DayOf(Now.AddDays(-5)), DayOf(Now.AddDays(-4)), DayOf(Now.AddDays(-1))]);
        (jane.Mail, jane.LastLogin!.At, jane.Hours[12], jane.FirstExport, jane.LastSeen)
            .ShouldBe((Jane, Now.AddDays(-1), 5, Now.AddDays(-4), Now.AddDays(-1)));
        jane.Made.ShouldBe([new(CredentialKind.PersonalAccessKey, Now.AddDays(-5))]);
    }

    [Fact]
    public void Of_a_country_the_earliest_five_days_are_kept_whatever_order_they_came_in()
    {
        ActivityEvent[] logins =
            [.. Enumerable.Range(1, 9).SelectMany(day => new[] { Login(Now.AddDays(-day)), Login(Now.AddDays(-day).AddHours(1)) })];
        foreach (var ledger in (AccessLedger[])[Fold(logins), Fold([.. logins.Reverse()])])
        {
            ledger.Users.Values
                .ShouldHaveSingleItem().Countries
                .ShouldHaveSingleItem().Days
                .ShouldBe([.. Enumerable.Range(0, 5).Select(day => DayOf(Now.AddDays(day - 9)))]);
        }
    }

    [Theory]
    [InlineData(-9, null, true)]
    [InlineData(-9, -20, true)]
    [InlineData(-9, -3, false)]
    [InlineData(null, -3, false)]
    public void Who_was_deactivated_stays_so_until_they_are_let_in_again(int? deactivatedDay, int? letInDay, bool isDeactivated)
    {
        ActivityEvent[] events = [.. At("DEACTIVATE_USER", deactivatedDay), .. At("REACTIVATE_USER", letInDay)];
        AccessLedger.Load(Fold(events).Save())!.Users["5"].IsDeactivated.ShouldBe(isDeactivated);

        static IEnumerable<ActivityEvent> At(string type, int? day) => day is { } days ? [Security(type, Now.AddDays(days), "5")] : [];
    }

    [Theory]
    [InlineData(-10, true)]
    [InlineData(-9, true)]
    [InlineData(-3, false)]
    public void Who_logged_in_after_they_were_deactivated_is_not_so_any_more(int loginDay, bool isDeactivated) =>
        Fold(Security("DEACTIVATE_USER", Now.AddDays(-9), $"{IdOf(World.Sam)}"), Login(Now.AddDays(loginDay), World.Sam))
            .Users[$"{IdOf(World.Sam)}"].IsDeactivated.ShouldBe(isDeactivated);

    [Theory]
    [InlineData("5", true)]
    [InlineData("away@acme.example", false)]
    [InlineData(null, false)]
    public void Whose_access_is_taken_is_known_by_a_number_only(string? subject, bool isKnown) =>
        Fold(Security("DEACTIVATE_USER", Now, subject)).Users.Values.Any(user => user.IsDeactivated).ShouldBe(isKnown);

    [Theory]
    [InlineData("EXPORT", true)]
    [InlineData("SERVICE_KEY_ROTATE", true)]
    [InlineData("ADD_ADMIN_USER", true)]
    [InlineData("ADD_USER", true)]
    [InlineData("PASSKEY_ADDED", true)]
    [InlineData("DEACTIVATE_USER", true)]
    [InlineData("REMOVE_USER", true)]
    [InlineData("REACTIVATE_USER", true)]
    [InlineData("CHANGE_PASSWORD", true)]
    [InlineData("BULK_EMAIL_DOMAIN_CHANGE", true)]
    [InlineData("IP_RESTRICTIONS_DISABLED", true)]
    [InlineData("SERVICE_KEY_AUTO_ROTATE", false)]
    [InlineData("TEAM_ADDED", false)]
    public void A_country_is_learned_from_what_is_judged_by_its_place_and_from_nothing_else(string type, bool isLearned) =>
        Fold(Security(type, Now, "1", country: "fr")).Users[$"{IdOf(Jane)}"].Countries.Count.ShouldBe(isLearned ? 1 : 0);

    [Fact]
    public void When_somebody_first_added_a_user_is_kept_and_to_be_added_is_to_be_let_in()
    {
        var ledger = Fold(
            Security("ADD_USER", Now.AddDays(-3), "7"),
            Security("ADD_USER", Now.AddDays(-9), "8"),
            Security("ADD_ADMIN_USER", Now.AddDays(-2), "8"));
        var kept = AccessLedger.Load(ledger.Save())!;
        (kept.IsOutdated, kept.Users[$"{IdOf(Jane)}"].FirstUserAdded).ShouldBe((false, Now.AddDays(-9)));
        (kept.Users["7"].LetInAt, kept.Users["8"].LetInAt).ShouldBe((Now.AddDays(-3), Now.AddDays(-2)));
    }

    [Fact]
    public void Of_a_guard_the_latest_word_is_kept_whatever_object_it_names_and_of_a_second_factor_that_of_each_person()
    {
        var ledger = AccessLedger.Load(Fold(
            Security("ADD_SINGLE_SIGN_ON", Now.AddDays(-2), "12"),
            Security("REMOVE_SINGLE_SIGN_ON", Now.AddDays(-3), "11"),
            Security("ADD_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-2), "8"),
            Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-3), "9"),
            Security("ALLOWED_LOGIN_METHODS_UPDATE", Now.AddDays(-3))).Save())!;
        ledger.Guards.Values.Select(guard => (guard.Key, guard.IsOff))
            .ShouldBe([("Single sign-on", false), ("Two-factor authentication 8", false), ("Two-factor authentication 9", true)], ignoreOrder: true);
        var (account, person) = (ledger.Guards["Single sign-on"], ledger.Guards["Two-factor authentication 9"]);
        (account.Name, account.ObjectId, person.Name, person.ObjectId).ShouldBe(("Single sign-on", null, "Two-factor authentication", "9"));
    }

    [Fact]
    public void A_ledger_that_was_put_away_before_guards_and_days_were_kept_is_read_and_claims_nothing_of_them()
    {
        var kept = AccessLedger.Load(Packed("""
            {"version":2,"portal":1,"foldedUntil":"2026-11-01T00:00:00+00:00","credentials":[],"days":[],
            "users":[{"key":"5","countries":[{"country":"de","first":"2026-10-01T00:00:00+00:00","last":"2026-10-30T00:00:00+00:00"}]}]}
            """)).ShouldNotBeNull();
        (kept.IsOutdated, kept.Guards.Count, kept.Users["5"].Countries.Single().Days.Count).ShouldBe((true, 0, 0));
    }

    [Fact]
    public void Failed_logins_of_invented_names_leave_no_record()
    {
        var ledger = Fold([.. Enumerable.Range(0, 500).Select(index => Login(Now, $"guess{index}@acme.example", succeeded: false))]);
        ledger.Users.ShouldBeEmpty();
        ledger.CountsOf(new HashSet<string> { ActivityEvent.LoginFailed }).Values.Sum().ShouldBe(500);
    }

    [Fact]
    public void It_does_not_grow_without_end()
    {
        var ledger = Fold(
        [
            .. Enumerable.Range(0, 20_000).Select(index => Security($"INVENTED_{index}", Now.AddMinutes(-index))),
            .. Enumerable.Range(0, 5000).Select(index => Security("SERVICE_KEY_REVEAL", Now.AddMinutes(-index), "1")),
        ]);
        ledger.Credentials.ShouldHaveSingleItem().Value.History.Count.ShouldBe(Trail.Longest);
        ledger.Days.Select(days => days.Type).ShouldBe(["OTHER", "SERVICE_KEY_REVEAL"]);
        ledger.Save().Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public void Counts_are_kept_for_ninety_days_before_the_latest()
    {
        var exports = new HashSet<string> { "EXPORT" };
        var ledger = Fold(Security("EXPORT", Now.AddDays(-200)), Security("EXPORT", Now.AddDays(-89)), Security("EXPORT", Now));
        ledger.CountsOf(exports).Keys.ShouldBe([DayOf(Now.AddDays(-89)), DayOf(Now)]);
    }

    [Fact]
    public void Strangers_and_the_future_are_left_out()
    {
        var ledger = Fold(Security("EXPORT", Now) with { Portal = 1 }, Security("EXPORT", Now.AddYears(70)));
        (ledger.Users.Count, ledger.Days.Count, ledger.SecuritySince).ShouldBe((0, 0, null));
    }

    [Theory]
    [InlineData("""{"version":0,"portal":1}""", false)]
    [InlineData("""{"version":6,"portal":1}""", false)]
    [InlineData("""{"version":1,"portal":1,"foldedUntil":"2026-11-01T00:00:00+00:00","credentials":[],"users":[],"trails":[{"topic":"Apps","events":[]}],"days":[]}""", true)]
    public void What_a_version_to_come_wrote_is_not_read_and_what_the_first_one_wrote_is(string written, bool isRead) =>
        (AccessLedger.Load(Packed(written)) is not null).ShouldBe(isRead);

    [Fact]
    public void A_new_client_secret_that_was_kept_as_a_rotation_is_none_when_it_is_read()
    {
        var ledger = Fold(Security("PRIVATE_APP_ACCESS_TOKEN_ROTATE", Now.AddDays(-300), "7"), Security("PRIVATE_APP_CLIENT_SECRET_WRITE", Now, "7"));
        var track = ledger.Credentials.Values.ShouldHaveSingleItem();
        var kept = ledger with { Credentials = new Dictionary<string, CredentialTrack> { [track.Key] = track with { Rotated = track.History[^1] } } };
        AccessLedger.Load(kept.Save())!.Credentials.Values.Single().Rotated!.At.ShouldBe(Now.AddDays(-300));
    }

    [Fact]
    public void Installing_is_not_taken_for_uninstalling()
    {
        ActivityTypes.MeaningOf("INSTALL_INTEGRATION").ShouldBe((CredentialKind.OAuthGrant, CredentialAct.Created));
        ActivityTypes.MeaningOf("UNINSTALL_INTEGRATION").ShouldBe((CredentialKind.OAuthGrant, CredentialAct.Ended));
    }

    internal static byte[] Packed(string written)
    {
        using var block = new MemoryStream();
        using (var packed = new System.IO.Compression.BrotliStream(block, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            packed.Write(System.Text.Encoding.UTF8.GetBytes(written));
        return block.ToArray();
    }

    private static int DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime).DayNumber;

    private static AccessLedger Fold(params IEnumerable<ActivityEvent> events) => Fold(AccessLedger.Empty(Samples.Acme.Id), events);

    private static AccessLedger Fold(AccessLedger before, IEnumerable<ActivityEvent> events) => AccessLedger.Fold(before, events, Now.AddMinutes(1));
}
