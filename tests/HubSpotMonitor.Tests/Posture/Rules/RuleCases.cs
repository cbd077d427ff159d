using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests.Posture.Rules;

/// <summary>What happens, and what exactly one rule must say of it.</summary>
/// <param name="Name">A sentence.</param>
/// <param name="Rule">Whose verdict is looked at.</param>
/// <param name="World">What happens.</param>
/// <param name="Severity">Null: the rule must pass.</param>
/// <param name="Subject">Of the one finding.</param>
internal sealed record RuleCase(string Name, string Rule, World World, Severity? Severity = null, string? Subject = null);

/// <summary>The table of cases.</summary>
internal static class RuleCases
{
    private static readonly DateTimeOffset Now = World.Now;
    private static readonly World Quiet = new();
    private static readonly World Renamed = Quiet with { Users = [new(IdOf(Jane), "jane.doe@acme.example", true), World.User(World.Sam)] };
    private static readonly DateTimeOffset Morning = Now.AddHours(-2);
    private static readonly DateTimeOffset Night = Now.AddHours(-9); // three o'clock

    public static IReadOnlyList<RuleCase> All { get; } = [.. Keys(), .. Dates(), .. Access(), .. Logins(), .. People(), .. Account()];

    private static IEnumerable<RuleCase> Keys()
    {
        const string revealed = "key-revealed-then-used";
        var reveal = Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-3), "7654"));
        yield return new("a reveal alone", revealed, reveal);
        yield return new("a reveal before a spike", revealed, reveal with { Usage = [Trouble("usage-spike", -1)] }, Severity.Critical, "7654");
        yield return new("a spike before a reveal", revealed, reveal with { Usage = [Trouble("usage-spike", -4)] });
        yield return new("a reveal from a new country", revealed,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-3), "7654", country: "vn")), Severity.Critical, "7654");
        yield return new("a reveal by somebody who logs in from a new country", revealed,
            reveal.And(Login(Now.AddHours(-2), country: "vn")), Severity.Critical, "7654");
        yield return new("a reveal within a drain's sum, before its alert", revealed,
            reveal with { Usage = [new("usage-slow-drain", Now.AddHours(-14), Now.AddHours(-2), Severity.High)] }, Severity.Critical, "7654");
        yield return new("a client secret seen before a drain", revealed,
            Quiet.And(Security("PRIVATE_APP_CLIENT_SECRET_VIEW", Now.AddHours(-20), "9")) with { Usage = [Trouble("usage-slow-drain", -1)] },
            Severity.Critical, "9");
        yield return new("a client secret of an app whose calls are not counted", revealed,
            Quiet.And(Security("PUBLIC_APP_CLIENT_SECRET_VIEW", Now.AddHours(-20), "9")) with { Usage = [Trouble("usage-slow-drain", -1)] });
        yield return new("a spike at the moment of a reveal", revealed,
            reveal with { Usage = [Trouble("usage-spike", -3)] }, Severity.Critical, "7654");
        var yesterday = Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-26), "7654"));
        yield return new("a spike a day after a reveal", revealed,
            yesterday with { Usage = [Trouble("usage-spike", -2)] }, Severity.Critical, "7654");
        yield return new("a spike more than a day after a reveal", revealed, yesterday with { Usage = [Trouble("usage-spike", -1)] });
        yield return new("a key looked at before a level shift of Medium", revealed,
            reveal with { Usage = [Trouble("usage-slow-drain", -1) with { Severity = Severity.Medium }] });
        yield return new("ten keys looked at before a drain", revealed,
            (Quiet with { Usage = [Trouble("usage-slow-drain", -1)] }).And(
                Enumerable.Range(0, 10).Select(index => Security("SERVICE_KEY_REVEAL", Now.AddHours(-3).AddMinutes(index), $"{8000 + index}"))),
            Severity.Critical, "usage-slow-drain");
        var lastWeek = Quiet.Before(Security("SERVICE_KEY_REVEAL", Now.AddDays(-6), "7654")) with { Usage = [Trouble("usage-slow-drain", -135)] };
        yield return new("a key looked at last week, before a drain that goes on", revealed, lastWeek, Severity.Critical, "7654");
        yield return new("a key looked at last week, before a drain that goes on, and rotated since", revealed,
            lastWeek.Before(Security("SERVICE_KEY_ROTATE", Now.AddDays(-4), "7654")));
        yield return new("a key looked at last week, before a drain that goes on, and deleted today", revealed,
            lastWeek.And(Security("SERVICE_KEY_DEACTIVATE", Morning, "7654")));
        yield return new("a reveal by another than who logs in from a new country", revealed, reveal.And(Login(Now.AddHours(-2), World.Sam, "vn")));
        yield return new("a reveal by somebody who fails to log in from a new country", revealed,
            reveal.And(Login(Now.AddHours(-2), country: "vn", succeeded: false)));

        const string made = "key-oddly-made";
        yield return new("a key by somebody who makes them", made, Quiet.And(Security("SERVICE_KEY_CREATE", Morning, "8000")));
        yield return new("a first key of its kind", made, Quiet.And(Security("PERSONAL_ACCESS_KEY_CREATE", Morning, "8000")), Severity.High, "8000");
        yield return new("a key by a newcomer", made, Quiet.And(Security("SERVICE_KEY_CREATE", Morning, "8000", World.Sam)), Severity.High, "8000");
        yield return new("a key at night, and another event of it by day from elsewhere", made,
            Quiet.And(Security("SERVICE_KEY_CREATE", Night, "8000"), Security("SERVICE_KEY_CREATE", Morning, "8000", country: "ie")),
            Severity.High, "8000");
        yield return new("a key a day after somebody's first one", made,
            Quiet.And(
                Security("SERVICE_KEY_CREATE", Now.AddHours(-26), "7999", World.Sam),
                Security("SERVICE_KEY_CREATE", Morning, "8000", World.Sam)));
        yield return new("a key at night", made, Quiet.And(Security("SERVICE_KEY_CREATE", Night, "8000")), Severity.High, "8000");
        yield return new("an app connected is another rule's", made, Quiet.And(Security("INSTALL_INTEGRATION", Night, "8000", World.Sam)));

        yield return new("no api key", "api-key-activity", reveal);
        yield return new("the api key looked at", "api-key-activity", Quiet.And(Security("HAPIKEY_VIEW", Morning)), Severity.Critical, "hapikey");
        yield return new("the api key looked at and deactivated", "api-key-activity",
            Quiet.And(Security("HAPIKEY_VIEW", Morning), Security("HAPIKEY_DEACTIVATE", Morning.AddMinutes(5))));

        const string hours = "developer-off-hours";
        yield return new("a key rotated in the morning", hours, Quiet.And(Security("SERVICE_KEY_ROTATE", Morning, "7654")));
        yield return new("a key rotated at night", hours, Quiet.And(Security("SERVICE_KEY_ROTATE", Night, "7654")), Severity.Low, Jane);
        yield return new("a key seen at night", hours,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Night, "7654"), Security("SERVICE_KEY_REVEAL", Night, "7654")), Severity.Medium, Jane);
        yield return new("a key rotated by its schedule at night", hours, Quiet.And(Security("SERVICE_KEY_AUTO_ROTATE", Night, "7654")));
        yield return new("somebody hardly known at night", hours,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Night, "7654", "new@acme.example")), Severity.Medium, "new@acme.example");
        const string stranger = "new@acme.example";
        yield return new("somebody hardly known at ten in the evening", hours,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-14), "7654", stranger)), Severity.Medium, stranger);
        yield return new("somebody hardly known before ten in the evening", hours,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-14).AddMinutes(-1), "7654", stranger)));
        yield return new("somebody hardly known before six in the morning", hours,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-6).AddMinutes(-1), "7654", stranger)), Severity.Medium, stranger);
        yield return new("somebody hardly known at six in the morning", hours,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Now.AddHours(-6), "7654", stranger)));
        yield return new("an hour before the usual one", hours, Quiet.And(Security("SERVICE_KEY_ROTATE", Now.AddHours(-3), "7654")));
        yield return new("an hour after the usual one", hours, Quiet.And(Security("SERVICE_KEY_ROTATE", Now.AddHours(-1), "7654")));
        yield return new("four hours after the usual one, as who works on", hours,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Now.AddHours(-22), "7654")));
        yield return new("five hours after they were last usually seen", hours,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Now.AddHours(-19), "7654")), Severity.Low, Jane);
        yield return new("more than an hour before the usual one", hours,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Now.AddHours(-3).AddMinutes(-1), "7654")), Severity.Low, Jane);
        yield return new("at an hour at which they were seen once", hours,
            Quiet.Before(Login(Now.AddDays(-5).AddHours(-9))).And(Security("SERVICE_KEY_ROTATE", Night, "7654")), Severity.Low, Jane);

        const string secret = "secret-out-of-place";
        yield return new("no secret anywhere", secret, Quiet);
        yield return new("a secret in a function", secret, Quiet.And(Security(ActivityTypes.SecretInFunction, Morning, "5")), Severity.Medium, "5");
        yield return new("a secret in a webhook", secret,
            Quiet with { Secrets = [Seen(), Seen() with { At = Now.AddHours(-2) }] }, Severity.Critical, "a webhook's body");
        yield return new("three secrets in a webhook", secret, Quiet with { Secrets = [.. Invented(3)] }, Severity.Critical, "a webhook's body");
        yield return new("four texts like secrets in a webhook", secret,
            Quiet with { Secrets = [.. Invented(4)] }, Severity.High, "a webhook's body");
        yield return new("the monitor's own key among many texts like secrets", secret,
            Quiet with { Secrets = [.. Invented(9), Seen() with { Fingerprint = "pat-na1-…0001" }] }, Severity.Critical, "a webhook's body");
        yield return new("a secret seen while HubSpot tells nothing", secret,
            Quiet with { Secrets = [Seen()], Denied = AccessSource.SecurityActivity }, Severity.Critical, "a webhook's body");
        yield return new("a key that ended by nobody's hand", secret,
            Quiet.And(Security("SERVICE_KEY_DEACTIVATE", Morning, "7654", user: null)), Severity.Critical, "7654");
        yield return new("an old secret that ends a week after its rotation", secret,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Morning.AddDays(-7), "7654"), Security("SERVICE_KEY_DEACTIVATE", Morning, "7654", user: null)));
        yield return new("an old secret that ends a week after its rotation, while a newer one is days old", secret,
            Quiet.And(
                Security("SERVICE_KEY_ROTATE", Morning.AddDays(-7), "7654"),
                Security("SERVICE_KEY_ROTATE", Morning.AddDays(-3), "7654"),
                Security("SERVICE_KEY_DEACTIVATE", Morning, "7654", user: null)));
        yield return new("a key that somebody ended", secret, Quiet.And(Security("SERVICE_KEY_DEACTIVATE", Morning, "7654")));
    }

    private static EventProfile Writer(string source) =>
        new()
        {
            Portal = Samples.Acme.Id,
            Source = source,
            Kind = ChangeKind.Change,
            FirstDay = new(2026, 11, 1),
            Peaks = [new(DateOnly.FromDateTime(Morning.UtcDateTime), 3, Morning)],
        };

    private static SecretSighting Seen() => new("pat-na1-…5678", "a webhook's body", Now.AddHours(-1));

    private static IEnumerable<SecretSighting> Invented(int count) =>
        Enumerable.Range(0, count).Select(index => Seen() with { Fingerprint = $"pat-na1-…aa0{index}" });

    private static IEnumerable<RuleCase> Dates()
    {
        const string age = "key-too-old";
        yield return new("a young key", age, Quiet);
        yield return new("three quarters of the limit", age, Quiet with { At = Now.AddDays(15) }, Severity.Low, "ServiceKey:7654");
        yield return new("nine tenths of the limit", age, Quiet with { At = Now.AddDays(30) }, Severity.Medium, "ServiceKey:7654");
        yield return new("over the limit", age, Quiet with { At = Now.AddDays(40) }, Severity.High, "ServiceKey:7654");
        yield return new("over the limit, but rotated", age,
            (Quiet with { At = Now.AddDays(40) }).Before(Security("SERVICE_KEY_ROTATE", Now.AddDays(10), "7654")));
        yield return new("over the limit, and only its app's client secret is new", age,
            (Quiet with { At = Now.AddDays(40), Own = null }).Before(
                Security("PRIVATE_APP_ACCESS_TOKEN_CREATE", Now.AddDays(-200), "8001"),
                Security("PRIVATE_APP_CLIENT_SECRET_WRITE", Now.AddDays(30), "8001"),
                Security("SERVICE_KEY_ROTATE", Now.AddDays(10), "7654")),
            Severity.High, "LegacyPrivateApp:8001");
        yield return new("rotated long ago, deactivated and made anew", age,
            (Quiet with { At = Now.AddDays(40), Own = null }).Before(
                Security("PERSONAL_ACCESS_KEY_ROTATE", Now.AddDays(-300)),
                Security("PERSONAL_ACCESS_KEY_DEACTIVATE", Now.AddDays(-200)),
                Security("PERSONAL_ACCESS_KEY_CREATE", Now.AddDays(30)),
                Security("SERVICE_KEY_ROTATE", Now.AddDays(10), "7654")));
        var undated = (Quiet with { Own = null }).Before(
            Security("EXPORT", Now.AddDays(-200)),
            Security("SERVICE_KEY_REVEAL", Now.AddDays(-5), "8000"));
        yield return new("seen, and made before a history as long as the limit", age, undated, Severity.High, "ServiceKey:8000");
        yield return new("seen, and made before a history that is shorter than its limit", age,
            undated with
            {
                Registry = World.Registered with
                {
                    Credentials =
                    [
                        .. World.Registered.Credentials,
                        new() { Id = "old", Kind = CredentialKind.ServiceKey, ObjectId = "8000", Owner = Jane, AgeLimit = TimeSpan.FromDays(365) },
                    ],
                },
            });
        yield return new("without a limit ninety days", age, Quiet with { At = Now.AddDays(31), Registry = null }, Severity.Low, "ServiceKey:7654");
        yield return new("deactivated", age,
            (Quiet with { At = Now.AddDays(40), Own = null }).Before(Security("SERVICE_KEY_DEACTIVATE", Now.AddDays(-9), "7654")));
        yield return new("an app connected has no age", age,
            (Quiet with { At = Now.AddDays(30), Registry = World.Registered with { Credentials = [] } }).Before(
                Security("SERVICE_KEY_ROTATE", Now.AddDays(10), "7654"),
                Security("INSTALL_INTEGRATION", Now.AddDays(-60), "777")));

        const string schedule = "rotation-unscheduled";
        yield return new("a schedule set", schedule, Quiet);
        yield return new("a schedule removed", schedule,
            Quiet.And(Security("SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", Now.AddHours(-30), "7654")), Severity.Medium, "ServiceKey:7654");
        yield return new("a schedule removed and set again", schedule,
            Quiet.And(
                Security("SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", Now.AddHours(-30), "7654"),
                Security("SERVICE_KEY_ROTATION_SCHEDULE_SET", Now.AddHours(-3), "7654")));
        var byHand = Quiet.And(
            Security("SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", Now.AddHours(-30), "7654"),
            Security("SERVICE_KEY_ROTATE", Now.AddHours(-3), "7654"));
        yield return new("a schedule removed, and rotated by hand within the registered limit", schedule, byHand);
        yield return new("a schedule removed, and rotated by hand where no limit is registered", schedule,
            byHand with { Registry = null }, Severity.Medium, "ServiceKey:7654");
        yield return new("a schedule removed, and rotated before", schedule,
            Quiet.And(
                Security("SERVICE_KEY_ROTATE", Now.AddHours(-31), "7654"),
                Security("SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", Now.AddHours(-30), "7654")),
            Severity.Medium, "ServiceKey:7654");
        yield return new("a schedule removed, and no longer rotated by hand within the registered limit", schedule,
            byHand with { At = Now.AddDays(100) }, Severity.Medium, "ServiceKey:7654");
        yield return new("no schedule and too old", schedule,
            Quiet.Before(Security("SERVICE_KEY_CREATE", Now.AddDays(-200), "8")), Severity.Medium, "ServiceKey:8");
        yield return new("no schedule and young", schedule, Quiet.Before(Security("SERVICE_KEY_CREATE", Now.AddDays(-20), "8")));

        const string smtp = "smtp-token-stale";
        yield return new("no SMTP token", smtp, Quiet);
        yield return new("a young SMTP token", smtp, Quiet with { Smtp = [new("s1", "news", Jane, Now.AddDays(-9))] });
        yield return new("an old SMTP token", smtp,
            Quiet with { Smtp = [new("s1", "news", Jane, Now.AddDays(-200))] }, Severity.Medium, "SmtpToken:s1");
        yield return new("an old SMTP token, its password reset", smtp,
            (Quiet with { Smtp = [new("s1", "news", Jane, Now.AddDays(-200))] }).Before(
                Security("SMTP_TOKEN_PASSWORD_RESET", Now.AddDays(-9), "s1")));
        yield return new("an SMTP token of somebody who left", smtp,
            Quiet with { Smtp = [new("s1", "news", "gone@acme.example", Now.AddDays(-9))] }, Severity.Medium, "SmtpToken:s1");

        yield return new("an SMTP token whose maker has a new mail address", smtp,
            (Renamed with { Smtp = [new("s1", "news", Jane, Now.AddDays(-9))] }).Before(Security("SMTP_TOKEN_CREATED", Now.AddDays(-9), "s1")));

        const string legacy = "legacy-credential";
        var app = Quiet.Before(Security("PRIVATE_APP_ACCESS_TOKEN_CREATE", Now.AddDays(-30), "55"));
        yield return new("no legacy kind", legacy, Quiet);
        yield return new("a private app", legacy, app, Severity.Medium, "LegacyPrivateApp:55");
        yield return new("a private app in March 2027", legacy,
            app with { At = new(2027, 3, 2, 0, 0, 0, TimeSpan.Zero) }, Severity.High, "LegacyPrivateApp:55");
        yield return new("a private app on the first of March 2027", legacy,
            app with { At = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero) }, Severity.High, "LegacyPrivateApp:55");
        yield return new("a project app, says the registry", legacy,
            app with
            {
                Registry = World.Registered with
                {
                    Credentials = [new() { Id = "p", Kind = CredentialKind.ProjectApp, ObjectId = "55", Owner = Jane }],
                },
            });
        yield return new("the API key of the account", legacy, Quiet.Before(Security("HAPIKEY_CREATE", Now.AddDays(-30))), Severity.Medium, "ApiKey");

        var rotated = app.Before(Security("PRIVATE_APP_ACCESS_TOKEN_ROTATE", Now.AddDays(-20), "55"));
        var doubtful = rotated.Before(Security("PRIVATE_APP_ACCESS_TOKEN_DEACTIVATE", Now.AddDays(-17), "55"));
        yield return new("a private app whose old secret was expired three days after its rotation", legacy,
            doubtful, Severity.Medium, "LegacyPrivateApp:55");
        yield return new("a private app whose old secret ended a week after its rotation", legacy,
            rotated.Before(Security("PRIVATE_APP_ACCESS_TOKEN_DEACTIVATE", Now.AddDays(-13), "55")), Severity.Medium, "LegacyPrivateApp:55");
        yield return new("a private app deactivated three days after its rotation, says the registry", legacy,
            doubtful with
            {
                Registry = World.Registered with
                {
                    Credentials =
                    [
                        new() { Id = "p", Kind = CredentialKind.LegacyPrivateApp, ObjectId = "55", Owner = Jane, Ended = new(2026, 11, 7) },
                    ],
                },
            });

        const string token = "static-token-for-many";
        yield return new("nothing for many", token, Quiet);
        yield return new("a static token for many", token,
            Quiet with { Registry = World.Registered with { Credentials = [World.Registered.Credentials[0] with { MultiAccount = true }] } },
            Severity.Medium, "ServiceKey:7654");
        yield return new("an OAuth app for many", token,
            Quiet with
            {
                Registry = World.Registered with
                {
                    Credentials = [new() { Id = "o", Kind = CredentialKind.OAuthGrant, Owner = Jane, MultiAccount = true }],
                },
            });
    }

    private static IEnumerable<RuleCase> Access()
    {
        const string scope = "scope-widened";
        var grave = new TokenGrant(CredentialKind.ServiceKey, "pat-na1-…0001", 7654, null, ["crm.export"], true);
        yield return new("no scope changed", scope, Quiet);
        yield return new("scopes changed", scope, Quiet.And(Security("SERVICE_KEY_PERMISSIONS_UPDATE", Morning, "7654")), Severity.High, "7654");
        yield return new("scopes changed of a key that may export", scope,
            Quiet.And(Security("SERVICE_KEY_PERMISSIONS_UPDATE", Morning, "7654")) with { Own = grave }, Severity.Critical, "7654");
        yield return new("scopes changed by several people, by one of them twice", scope,
            Quiet.And(Changed(Jane, 1), Changed(World.Sam, 2), Changed("a@acme.example", 3), Changed("b@acme.example", 4), Changed(Jane, 5)),
            Severity.High, "7654");
        yield return new("scopes changed by two", scope, Quiet.And(Changed(Jane, 1), Changed(World.Sam, 2)), Severity.High, "7654");
        yield return new("scopes changed by three", scope,
            Quiet.And(Changed(Jane, 1), Changed(World.Sam, 2), Changed("a@acme.example", 3)), Severity.High, "7654");
        yield return new("scopes changed from two places", scope,
            Quiet.And(Changed(Jane, 1), Changed(World.Sam, 2) with { Country = "ru", Location = "Moscow" }, Changed(Jane, 3)), Severity.High, "7654");
        yield return new("scopes changed from four places", scope,
            Quiet.And(
                Changed(Jane, 1),
                Changed(Jane, 2) with { Country = "ie" },
                Changed(Jane, 3) with { Country = "ru", Location = "Moscow" },
                Changed(Jane, 4) with { Country = "fr" }),
            Severity.High, "7654");
        yield return new("scopes changed of a key that nobody registered", scope,
            Quiet.And(Security("SERVICE_KEY_PERMISSIONS_UPDATE", Morning, "8000")), Severity.High, "8000");
        yield return new("scopes changed the day before yesterday", scope,
            Quiet.And(Security("SERVICE_KEY_PERMISSIONS_UPDATE", Now.AddHours(-25), "7654")));

        const string wide = "token-over-privileged";
        yield return new("the monitor's own key with what it needs", wide, Quiet);
        yield return new("the monitor's own key with more", wide,
            Quiet with { Own = new(CredentialKind.ServiceKey, "pat-na1-…0001", 42, null, ["oauth", "crm.objects.contacts.write"], true) },
            Severity.High, "ServiceKey:42");
        yield return new("a little more to read", wide,
            Quiet with { Own = new(CredentialKind.ServiceKey, "pat-na1-…0001", 42, null, ["oauth", "crm.lists.read"], true) },
            Severity.Medium, "ServiceKey:42");
        TokenGrant app = new(
            CredentialKind.LegacyPrivateApp, "pat-na1-…0001", 42, null, ["oauth", "crm.objects.contacts.read", "crm.schemas.deals.read"], true);
        var subscribed = Quiet with { Own = app };
        yield return new("scopes that webhooks need", wide, subscribed);
        yield return new("scopes that webhooks need, while they are off", wide,
            subscribed with { Denied = AccessSource.Webhooks }, Severity.Medium, "LegacyPrivateApp:42");
        yield return new("scopes that webhooks need, of a service key, which has none", wide,
            Quiet with { Own = app with { Kind = CredentialKind.ServiceKey } }, Severity.Medium, "ServiceKey:42");
        yield return new("scopes that read what the law protects, while webhooks are on", wide,
            Quiet with
            {
                Own = app with
                {
                    Scopes =
                    [
                        "oauth",
                        "crm.objects.contacts.read",
                        "crm.objects.contacts.sensitive.read",
                        "crm.objects.contacts.highly_sensitive.read",
                    ],
                },
            },
            Severity.High, "LegacyPrivateApp:42");
        yield return new("a registered key with more than its needs", wide, Quiet with { Own = grave }, Severity.High, "ServiceKey:7654");

        const string stranger = "credential-unregistered";
        yield return new("all registered", stranger, Quiet);
        yield return new("one that nobody registered", stranger,
            Quiet.And(Security("SERVICE_KEY_REVEAL", Morning, "8000")), Severity.Medium, "ServiceKey:8000");
        yield return new("an allowed app", stranger, Quiet.And(Security("INSTALL_INTEGRATION", Morning, "777")));
        yield return new("an app that nobody registered changes records", stranger,
            Quiet with { Writers = [Writer("INTEGRATION:9393361")] }, Severity.Medium, "Unknown:9393361");
        yield return new("an allowed app changes records", stranger, Quiet with { Writers = [Writer("INTEGRATION:777")] });
        yield return new("a person changes records", stranger, Quiet with { Writers = [Writer("CRM_UI")] });
        yield return new("an SMTP token that nobody registered", stranger,
            Quiet with { Smtp = [new("s1", "news", Jane, Now)] }, Severity.Medium, "SmtpToken:s1");

        const string never = "credential-never-seen";
        var absent =
            new HubSpotMonitor.Posture.Registry.RegisteredCredential { Id = "crm", Kind = CredentialKind.ServiceKey, ObjectId = "1", Owner = Jane };
        yield return new("all seen", never, Quiet);
        yield return new("one never seen", never,
            Quiet with { Registry = World.Registered with { Credentials = [absent] } }, Severity.Low, "registered:crm");
        yield return new("one older than the history", never,
            Quiet with { Registry = World.Registered with { Credentials = [absent with { Created = new(2020, 1, 1) }] } });

        const string orphan = "credential-orphaned";
        yield return new("owners are here", orphan, Quiet);
        yield return new("an owner who left", orphan, Quiet with { Users = [World.User(World.Sam)], Own = null }, Severity.High, "ServiceKey:7654");
        yield return new("an owner who was deactivated", orphan,
            Quiet.Before(Security("DEACTIVATE_USER", Now.AddDays(-3), $"{IdOf(Jane)}")) with { Own = null }, Severity.High, "ServiceKey:7654");
        yield return new("an owner who was deactivated and let in again", orphan,
            Quiet.Before(
                Security("DEACTIVATE_USER", Now.AddDays(-9), $"{IdOf(Jane)}"),
                Security("REACTIVATE_USER", Now.AddDays(-8), $"{IdOf(Jane)}")));
        yield return new("an app whose installer left", orphan,
            Quiet.Before(Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777", "gone@acme.example")), Severity.High, "OAuthGrant:777");
        yield return new("an app whose installer left, since uninstalled", orphan,
            Quiet.Before(
                Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777", "gone@acme.example"),
                Security("UNINSTALL_INTEGRATION", Now.AddDays(-5), "777")));
        yield return new("an app whose installer is known by number only and left", orphan,
            Quiet.Before(Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777") with { User = null, UserId = 5 }), Severity.High, "OAuthGrant:777");
        yield return new("an app whose installer is known by number only and is here", orphan,
            Quiet.Before(Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777") with { User = null, UserId = IdOf(World.Sam) }));
        const string newcomer = "new@acme.example";
        var first = Quiet.And(Security("SERVICE_KEY_CREATE", Morning, "8000", newcomer));
        yield return new("a key of a colleague who came after the list of users was read", orphan,
            first with { UsersReadAt = Morning.AddMinutes(-5) });
        yield return new("a key of somebody who is not on a list of users that was read after they made it", orphan,
            first with { UsersReadAt = Morning.AddMinutes(5) }, Severity.High, "ServiceKey:8000");
        yield return new("a key of somebody who left, in whose name something was done after the list of users was read", orphan,
            first.And(Security("TEAM_ADDED", Morning.AddMinutes(9), "5", newcomer)) with { UsersReadAt = Morning.AddMinutes(5) },
            Severity.High, "ServiceKey:8000");
        yield return new("an owner who logged in for the first time after the list of users was read", orphan,
            Quiet.And(Login(Morning, newcomer)) with
            {
                UsersReadAt = Morning.AddMinutes(-5),
                Registry = World.Registered with { Credentials = [World.Registered.Credentials[0] with { Owner = newcomer }] },
            });
        yield return new("an owner, who made it, with a new mail address", orphan, Renamed);
        yield return new("a maker with a new mail address", orphan, Renamed with { Registry = null });
        yield return new("a maker with a new number", orphan, Quiet with { Users = [new(5, Jane, true), World.User(World.Sam)], Own = null });
        yield return new("an owner with a new mail address, who did not make it", orphan,
            Renamed with
            {
                Registry = World.Registered with { Credentials = [World.Registered.Credentials[0] with { Owner = "j.doe@acme.example" }] },
            },
            Severity.High, "ServiceKey:7654");
    }

    private static ActivityEvent Changed(string user, int minute) =>
        Security("SERVICE_KEY_PERMISSIONS_UPDATE", Morning.AddMinutes(minute), "7654", user);

    private static IEnumerable<RuleCase> Logins()
    {
        const string place = "login-unusual-place";
        yield return new("a usual login", place, Quiet.And(Login(Morning)));
        yield return new("an admin in a new country", place, Quiet.And(Login(Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("another user in a new country", place, Quiet.And(Login(Morning, World.Sam, "vn")));
        yield return new("another user in a new country, who connected an app", place,
            Quiet.Before(Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777", World.Sam)).And(Login(Morning, World.Sam, "vn")));
        yield return new("another user, faster than one can travel", place,
            Quiet.And(Login(Morning.AddHours(-2), World.Sam), Login(Morning, World.Sam, "vn")), Severity.Medium, $"{World.Sam} in vn");
        yield return new("another user, faster than one can travel, and back", place,
            Quiet.And(Login(Morning.AddHours(-2), World.Sam), Login(Morning, World.Sam, "vn"), Login(Morning.AddHours(1), World.Sam)),
            Severity.Medium, $"{World.Sam} in vn");
        yield return new("back from where somebody was yesterday and could not be", place,
            Quiet.And(Login(Now.AddHours(-26), World.Sam), Login(Now.AddHours(-25), World.Sam, "vn"), Login(Now.AddHours(-23), World.Sam)));
        yield return new("an admin over the border", place,
            Quiet.Before(Login(Now.AddDays(-30), country: "fr")).And(Login(Morning.AddMinutes(-5)), Login(Morning, country: "fr")));
        yield return new("a first login ever", place, Quiet.And(Login(Morning, "new@acme.example", "vn")));
        yield return new("somebody in a country unseen for long", place,
            Quiet.Before(Login(Now.AddDays(-100), country: "vn")).And(Login(Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("somebody in a country that they know for long and saw lately", place,
            Quiet.Before(Login(Now.AddDays(-100), country: "vn"), Login(Now.AddDays(-9), country: "vn")).And(Login(Morning, country: "vn")));
        yield return new("a failed login from a new country", place, Quiet.And(Login(Morning, country: "vn", succeeded: false)));
        yield return new("another user in a new country, where nobody knows who is an admin", place,
            Quiet.And(Login(Morning, World.Sam, "vn")) with { Users = null }, Severity.High, $"{World.Sam} in vn");
        var blind = Quiet with { Users = null, Admins = new(Now.AddHours(-1), [IdOf(World.Sam)]) };
        yield return new("another user in a new country, while users cannot be read", place,
            (blind with { Admins = new(Now.AddHours(-1), [IdOf(Jane)]) }).And(Login(Morning, World.Sam, "vn")));
        yield return new("another user in a new country, while users could not be read for two days", place,
            (blind with { Admins = new(Now.AddHours(-48), [IdOf(Jane)]) }).And(Login(Morning, World.Sam, "vn")));
        yield return new("another user in a new country, while users could not be read for longer", place,
            (blind with { Admins = new(Now.AddHours(-49), [IdOf(Jane)]) }).And(Login(Morning, World.Sam, "vn")), Severity.High, $"{World.Sam} in vn");
        yield return new("an admin of the last list in a new country, while users cannot be read", place,
            blind.And(Login(Morning, World.Sam, "vn")), Severity.High, $"{World.Sam} in vn");
        yield return new("an admin of the last list whose number is not told, faster than one can travel", place,
            blind.And(Login(Morning.AddHours(-2), World.Sam) with { UserId = null }, Login(Morning, World.Sam, "vn") with { UserId = null }),
            Severity.High, $"{World.Sam} in vn");
        yield return new("an admin who made no key in a new country", place,
            Quiet.And(Login(Morning, World.Sam, "vn")) with { Users = [World.User(Jane, true), World.User(World.Sam, true)] },
            Severity.High, $"{World.Sam} in vn");
        yield return new("no admin, but who made a key, in a new country", place,
            Quiet.And(Login(Morning, country: "vn")) with { Users = [World.User(Jane), World.User(World.Sam, true)] },
            Severity.High, $"{Jane} in vn");
        yield return new("an admin who acts in a new country without a login", place,
            Quiet.And(Security("SERVICE_KEY_ROTATE", Morning, "7654", country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who exports in a new country without a login", place,
            Quiet.And(Security("EXPORT", Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who switches a guard off in a new country", place,
            Quiet.And(Security("IP_RESTRICTIONS_DISABLED", Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who logs in and acts in a new country", place,
            Quiet.And(Login(Morning, country: "vn"), Security("SERVICE_KEY_CREATE", Morning.AddMinutes(5), "8000", country: "vn")),
            Severity.High, $"{Jane} in vn");
        yield return new("an admin who only looks at something in a new country", place,
            Quiet.And(Security("BOTS_WEBHOOK_VIEWED", Morning, country: "vn")));
        yield return new("a key rotated by its schedule in a new country", place,
            Quiet.And(Security("SERVICE_KEY_AUTO_ROTATE", Morning, "7654", country: "vn")));
        yield return new("an admin in a country where they only acted before", place,
            Quiet
                .Before(Security("EXPORT", Now.AddDays(-9), country: "vn"))
                .And(Security("EXPORT", Morning, country: "vn"), Login(Morning.AddMinutes(5), country: "vn")));
        yield return new("another user who exports in a new country", place, Quiet.And(Security("EXPORT", Morning, user: World.Sam, country: "vn")));
        yield return new("another user who exports elsewhere than where they logged in", place,
            Quiet.And(Login(Morning.AddHours(-2), World.Sam), Security("EXPORT", Morning, user: World.Sam, country: "vn")),
            Severity.Medium, $"{World.Sam} in vn");
        yield return new("an admin who has logged in through another country for weeks", place,
            Quiet.Before(Through("us", days: 15)).And(Login(Morning.AddMinutes(-30)), Login(Morning, country: "us"), Login(Morning.AddMinutes(30))));
        yield return new("an admin who has logged in through another country for days", place,
            Quiet.Before(Through("us", days: 14)).And(Login(Morning.AddMinutes(-30)), Login(Morning, country: "us"), Login(Morning.AddMinutes(30))),
            Severity.High, $"{Jane} in us");
        yield return new("an admin who was in another country on five days over weeks", place,
            Quiet.Before(Visits("us", 5)).And(Login(Morning.AddMinutes(-30)), Login(Morning, country: "us")));
        yield return new("an admin who was in another country on four days over weeks", place,
            Quiet.Before(Visits("us", 4)).And(Login(Morning.AddMinutes(-30)), Login(Morning, country: "us")), Severity.High, $"{Jane} in us");

        const string away = "away@acme.example";
        var known = Quiet.Before(Login(Now.AddDays(-100), World.Sam), Security("EXPORT", Now.AddDays(-100))) with
        {
            Users = [World.User(Jane, true), World.User(World.Sam), World.User(away, true)],
        };
        yield return new("an admin of whom nothing was seen for a quarter logs in", place, known.And(Login(Morning, away)), Severity.High, away);
        yield return new("an admin of whom nothing was seen for a quarter but ways to get in logs in", place,
            known.And(
                Security("CHANGE_PASSWORD", Morning.AddMinutes(-5), user: away),
                Security("ADD_TWO_FACTOR_AUTHENTICATION", Morning.AddMinutes(-4), user: away),
                Security("PASSKEY_ADDED", Morning.AddMinutes(-3), user: away),
                Login(Morning, away)),
            Severity.High, away);
        yield return new("an admin of whom an export was seen just before logs in", place,
            known.And(Security("EXPORT", Morning.AddMinutes(-5), user: away), Login(Morning, away)));
        yield return new("an admin of whom nothing was seen for a quarter logs in twice", place,
            known.And(Login(Now.AddHours(-26), away), Login(Morning, away)));
        yield return new("an admin of whom nothing was seen while histories are short", place,
            (known with { Past = Quiet.Past }).And(Login(Morning, away)));
        yield return new("an admin who was added last week logs in for the first time", place,
            known.Before(Security("ADD_ADMIN_USER", Now.AddDays(-7), $"{IdOf(away)}")).And(Login(Morning, away)));
        yield return new("an admin whom only the list of users has shown for a week logs in for the first time", place,
            known.And(Login(Morning, away)) with { Raised = [new(IdOf(away), away, Now.AddDays(-8), Now.AddDays(-7))] });
        yield return new("an admin of the last list of whom nothing was seen for a quarter logs in, while users cannot be read", place,
            known.And(Login(Morning, away)) with { Users = null, Admins = new(Now.AddHours(-49), [IdOf(Jane), IdOf(away)]) }, Severity.High, away);
        yield return new("an admin whom another number is known of logs in", place,
            known.Before(Login(Now.AddDays(-9), away) with { UserId = 5 }).And(Login(Morning, away)));
        yield return new("a user of whom nothing was seen for a quarter logs in", place,
            known.And(Login(Morning, away)) with { Users = [World.User(Jane, true), World.User(World.Sam), World.User(away)] });
        yield return new("an admin of whom nothing was seen for a quarter fails to log in", place, known.And(Login(Morning, away, succeeded: false)));
        yield return new("an admin who adds a user in a new country without a login", place,
            Quiet.And(Security("ADD_USER", Morning, "5", country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who adds a passkey in a new country without a login", place,
            Quiet.And(Security("PASSKEY_ADDED", Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who switches a user off in a new country without a login", place,
            Quiet.And(Security("DEACTIVATE_USER", Morning, "5", country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who removes a user in a new country without a login", place,
            Quiet.And(Security("REMOVE_USER", Morning, "5", country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who lets a user in again in a new country without a login", place,
            Quiet.And(Security("REACTIVATE_USER", Morning, "5", country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin whose password is changed in a new country without a login", place,
            Quiet.And(Security("CHANGE_PASSWORD", Morning, country: "vn")), Severity.High, $"{Jane} in vn");
        yield return new("an admin who changes everybody's mail domain in a new country without a login", place,
            Quiet.And(Security("BULK_EMAIL_DOMAIN_CHANGE", Morning, country: "vn")), Severity.High, $"{Jane} in vn");

        const string force = "login-brute-force";
        yield return new("nine failures", force, Quiet.And(Failures(9)));
        yield return new("ten failures in the window", force, Quiet.And(Failures(10)), Severity.High, Jane);
        yield return new("ten failures over hours", force,
            Quiet.And(Enumerable.Range(0, 10).Select(index => Login(Morning.AddMinutes(-20 * index), succeeded: false))));
        yield return new("failures, then a success", force, Quiet.And([.. Failures(12), Login(Morning.AddMinutes(20))]), Severity.Critical, Jane);
        yield return new("failures, then a success, and then more failures", force,
            Quiet.And([.. Failures(12), Login(Morning.AddMinutes(20)), .. Failures(10, Morning.AddMinutes(40))]), Severity.Critical, Jane);
        yield return new("failures twice on a day", force,
            Quiet.And([.. Failures(12), .. Failures(10, Morning.AddMinutes(40))]), Severity.High, Jane);
        yield return new("failures of many from one address", force, Quiet.And(Spray(15)), Severity.High, "203.0.113.9");
        yield return new("ten failures in exactly the window", force,
            Quiet.And(Enumerable.Range(0, 10).Select(index => Login(Morning.AddSeconds(100 * index), succeeded: false))), Severity.High, Jane);
        yield return new("ten failures and one before them", force,
            Quiet.And([.. Failures(10), Login(Morning.AddMinutes(-15), succeeded: false)]), Severity.High, Jane);
        yield return new("ten failures and one long before them", force,
            Quiet.And([.. Failures(10), Login(Morning.AddMinutes(-16), succeeded: false)]), Severity.High, Jane);
        yield return new("ten failures, an hour later a success", force,
            Quiet.And([.. Failures(10), Login(Morning.AddMinutes(69))]), Severity.Critical, Jane);
        yield return new("ten failures, more than an hour later a success", force,
            Quiet.And([.. Failures(10), Login(Morning.AddMinutes(70))]), Severity.High, Jane);
        yield return new("ten failures, a success in between", force,
            Quiet.And([.. Failures(10), Login(Morning.AddSeconds(30))]), Severity.High, Jane);
        yield return new("failures of many, then one gets in from there", force,
            Quiet.And([.. Spray(15), Login(Morning.AddMinutes(30), World.Sam, address: "203.0.113.9")]), Severity.Critical, "203.0.113.9");
        yield return new("failures of many, of which one gets in at the fourth guess", force,
            Quiet.And([.. Spray(15), Login(Morning.AddSeconds(3), "user3@acme.example", "vn", address: "203.0.113.9")]),
            Severity.Critical, "203.0.113.9");
        yield return new("failures of one at an address that nobody used before, then another gets in from there", force,
            Quiet.And([.. Failures(12, address: "203.0.113.9"), Login(Morning.AddMinutes(20), World.Sam, address: "203.0.113.9")]),
            Severity.Critical, Jane);
        // Where Jane and Sam always log in from.
        const string office = "198.51.100.7";
        var shared = Quiet.Before(Login(Now.AddDays(-4), "ann@acme.example"));
        yield return new("failures of one where two have logged in before, then another gets in from there", force,
            Quiet.And([.. Failures(12), Login(Morning.AddMinutes(20), World.Sam)]), Severity.Critical, Jane);
        yield return new("failures of one in an office, then another gets in from there", force,
            shared.And([.. Failures(12), Login(Morning.AddMinutes(20), World.Sam)]), Severity.High, Jane);
        yield return new("failures of one in an office that began yesterday, then another gets in from there", force,
            Quiet.And([Login(Now.AddHours(-26), "ann@acme.example"), .. Failures(12), Login(Morning.AddMinutes(20), World.Sam)]),
            Severity.High, Jane);
        yield return new("failures of one in an office, then they get in", force,
            shared.And([.. Failures(12), Login(Morning.AddMinutes(20))]), Severity.Critical, Jane);
        yield return new("failures of many in an office, then another gets in from there", force,
            shared.And([.. Spray(15, office), Login(Morning.AddMinutes(20), World.Sam)]), Severity.High, office);
        yield return new("failures of many in an office, then one of them gets in from there", force,
            shared.And([.. Spray(15, office), Login(Morning.AddMinutes(20), "user7@acme.example")]), Severity.Critical, office);
        yield return new("failures of many in an office where as many get in meanwhile", force,
            shared.And(
            [
                .. Spray(15, office),
                .. Enumerable.Range(0, 15).Select(index => Login(Morning.AddSeconds(index), $"user{index}@acme.example")),
            ]));
        yield return new("failures the day before yesterday", force, Quiet.And(Failures(10, Now.AddHours(-30))));

        const string blocked = "protected-endpoint-blocked";
        yield return new("refused twice", blocked, Quiet.And(Blocks(2, 10)));
        yield return new("refused three times within an hour", blocked, Quiet.And(Blocks(3, 10)), Severity.Medium, Jane);
        yield return new("refused three times in exactly an hour", blocked, Quiet.And(Blocks(3, 30)), Severity.Medium, Jane);
        yield return new("refused three times over a day", blocked, Quiet.And(Blocks(3, 45)));
    }

    private static IEnumerable<ActivityEvent> Failures(int count, DateTimeOffset? from = null, string address = "198.51.100.7") =>
        Enumerable.Range(0, count).Select(index => Login((from ?? Morning).AddMinutes(index), succeeded: false, address: address));

    // Once a day until three days ago.
    private static IEnumerable<ActivityEvent> Through(string country, int days) =>
        Enumerable.Range(3, days).Select(day => Login(Now.AddDays(-day).AddHours(-1), country: country));

    // Every fifth day, the last of them five days ago.
    private static IEnumerable<ActivityEvent> Visits(string country, int count) =>
        Enumerable.Range(1, count).Select(index => Login(Now.AddDays(-5 * index), country: country));

    private static IEnumerable<ActivityEvent> Spray(int count, string address = "203.0.113.9") =>
        Enumerable.Range(0, count)
            .Select(index => Login(Morning.AddSeconds(index), $"user{index}@acme.example", "vn", succeeded: false, address));

    private static IEnumerable<ActivityEvent> Blocks(int count, int minutes) =>
        Enumerable.Range(0, count).Select(index => Security(ActivityTypes.ProtectedBlocked, Morning.AddMinutes(-minutes * index)));

    private static IEnumerable<RuleCase> People()
    {
        yield return new("no admin added", "admin-added", Quiet.And(Security("ADD_USER", Morning, "5")));
        yield return new("an admin added", "admin-added", Quiet.And(Security("ADD_ADMIN_USER", Morning, "5")), Severity.High, "5");
        var raised = Quiet with { Raised = [new(5, World.Sam, Now.AddHours(-2), Now.AddHours(-1))] };
        yield return new("an admin whom only the list of users shows", "admin-added", raised, Severity.High, "5");
        yield return new("an admin whom the list shows while HubSpot tells no events", "admin-added",
            raised with { Denied = AccessSource.SecurityActivity }, Severity.High, "5");
        yield return new("an admin of the list and of an event is one finding", "admin-added",
            raised.And(Security("ADD_ADMIN_USER", Morning, "5")), Severity.High, "5");
        yield return new("an admin whom the list shows since last night and an event told yesterday morning", "admin-added",
            (Quiet with { Raised = [new(5, World.Sam, Now.AddHours(-42), Now.AddHours(-18))] }).And(
                Security("ADD_ADMIN_PERMISSIONS", Now.AddHours(-26), "5")));
        yield return new("an admin whom only the list shows while an event of yesterday names another", "admin-added",
            raised.And(Security("ADD_ADMIN_USER", Now.AddHours(-26), "6")), Severity.High, "5");
        yield return new("an admin whom the list shows since yesterday morning", "admin-added",
            Quiet with { Raised = [new(5, World.Sam, Now.AddHours(-26), Now.AddHours(-25))] });
        yield return new("nobody acts as another", "staff-access", Quiet);
        yield return new("somebody acts as another", "staff-access", Quiet.And(Security("IMPERSONATE_USER", Morning, "5")), Severity.Medium, Jane);
        yield return new("staff let in and out again", "staff-access",
            Quiet.And(Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning), Security("HUBSPOT_EMPLOYEE_ACCESS_DISABLED", Morning.AddHours(1))),
            Severity.Low, Jane);
        yield return new("staff let in", "staff-access", Quiet.And(Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning)), Severity.Medium, Jane);
        yield return new("staff let in, out and in again", "staff-access",
            Quiet.And(
                Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning),
                Security("HUBSPOT_EMPLOYEE_ACCESS_DISABLED", Morning.AddMinutes(9)),
                Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning.AddMinutes(20))),
            Severity.Medium, Jane);
        yield return new("staff let in and out twice", "staff-access",
            Quiet.And(
                Security("HUBSPOT_EMPLOYEE_ACCESS_DISABLED", Morning),
                Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning.AddMinutes(9)),
                Security("HUBSPOT_EMPLOYEE_ACCESS_DISABLED", Morning.AddMinutes(20))),
            Severity.Low, Jane);
        yield return new("staff let in, and somebody acts as another before they are let out", "staff-access",
            Quiet.And(
                Security("IMPERSONATE_USER", Morning, "5"),
                Security("HUBSPOT_EMPLOYEE_ACCESS_DISABLED", Morning.AddMinutes(20)),
                Security("HUBSPOT_EMPLOYEE_ACCESS_ENABLED", Morning.AddMinutes(30))),
            Severity.Medium, Jane);
        yield return new("two admins of two", "too-many-admins", Quiet with { Users = [World.User(Jane, true), World.User(World.Sam, true)] });
        yield return new("three admins of ten", "too-many-admins", Quiet with { Users = Crowd(10, 3) }, Severity.Medium, "super admins");
        yield return new("four admins of forty", "too-many-admins", Quiet with { Users = Crowd(40, 4) });
        yield return new("five admins of a thousand", "too-many-admins", Quiet with { Users = Crowd(1000, 5) }, Severity.Medium, "super admins");
        yield return new("eleven admins of a hundred", "too-many-admins", Quiet with { Users = Crowd(100, 11) }, Severity.Medium, "super admins");
        yield return new("ten admins of fifty, one without a mail address", "too-many-admins",
            Quiet with { Users = [.. Crowd(49, 9), new(99, null, true)] }, Severity.Medium, "super admins");
        yield return new("three admins of ten, one of them deactivated", "too-many-admins",
            (Quiet with { Users = Crowd(10, 3) }).Before(Security("DEACTIVATE_USER", Now.AddDays(-9), "2")));
        yield return new("four admins of forty, one of all of them deactivated", "too-many-admins",
            (Quiet with { Users = Crowd(40, 4) }).And(Security("DEACTIVATE_USER", Morning, "39")), Severity.Medium, "super admins");
        yield return new("own admins only", "admin-outside-domain", Quiet);
        yield return new("an admin of a sub-domain", "admin-outside-domain", Quiet with { Users = [World.User("x@eu.acme.example", true)] });
        yield return new("an outside admin", "admin-outside-domain",
            Quiet with { Users = [World.User("x@agency.example", true)] }, Severity.High, "x@agency.example");
        yield return new("an outside admin who was deactivated", "admin-outside-domain",
            (Quiet with { Users = [World.User("x@agency.example", true)] }).Before(
                Security("DEACTIVATE_USER", Now.AddDays(-9), $"{IdOf("x@agency.example")}")));
        yield return new("an outside admin who was deactivated, and logged in since", "admin-outside-domain",
            (Quiet with { Users = [World.User("x@agency.example", true)] }).Before(
                Security("DEACTIVATE_USER", Now.AddDays(-9), $"{IdOf("x@agency.example")}"),
                Login(Now.AddDays(-5), "x@agency.example")),
            Severity.High, "x@agency.example");
        yield return new("a domain that only ends alike", "admin-outside-domain",
            Quiet with { Users = [World.User("x@notacme.example", true)] }, Severity.High, "x@notacme.example");
        yield return new("an admin of the second of two domains", "admin-outside-domain",
            Quiet with
            {
                Users = [World.User("x@agency.example", true)],
                Registry = World.Registered with { MailDomains = new HashSet<string> { "acme.example", "agency.example" } },
            });
        yield return new("an outside user", "admin-outside-domain", Quiet with { Users = [World.User("x@agency.example")] });
        yield return new("all active", "user-inactive", Quiet);
        yield return new("somebody never seen", "user-inactive",
            Quiet with { Users = [World.User(Jane), World.User("idle@acme.example")] }, Severity.Medium, "users");
        yield return new("everybody away for a quarter", "user-inactive", Quiet with { At = Now.AddDays(100) }, Severity.Medium, "users");
        yield return new("ten never seen, one of them an admin without a mail address", "user-inactive",
            Quiet with { Users = [.. Crowd(9, 0), new(99, null, true)] }, Severity.Medium, "users");
        yield return new("twelve never seen, two of them admins", "user-inactive", Quiet with { Users = Crowd(12, 2) }, Severity.Medium, "users");
        yield return new("somebody with a new mail address", "user-inactive",
            Quiet with { Users = [new(IdOf(Jane), "jane.doe@acme.example", false)] });
        yield return new("somebody with a new number", "user-inactive", Quiet with { Users = [new(5, "Jane@acme.example", false)] });
        const string away = "away@acme.example";
        var idle = Quiet with { Users = [World.User(Jane), World.User(away)] };
        yield return new("somebody never seen who was deactivated", "user-inactive",
            idle.Before(Security("DEACTIVATE_USER", Now.AddDays(-9), $"{IdOf(away)}")));
        yield return new("somebody deactivated, let in again long ago and never seen", "user-inactive",
            idle.Before(
                Security("DEACTIVATE_USER", Now.AddDays(-120), $"{IdOf(away)}"),
                Security("REACTIVATE_USER", Now.AddDays(-100), $"{IdOf(away)}")),
            Severity.Medium, "users");
        yield return new("somebody let in again lately", "user-inactive", idle.Before(Security("REACTIVATE_USER", Now.AddDays(-9), $"{IdOf(away)}")));
        yield return new("somebody made an admin lately", "user-inactive", idle.Before(Security("ADD_ADMIN_USER", Now.AddDays(-9), $"{IdOf(away)}")));
        yield return new("somebody added an hour ago", "user-inactive", idle.And(Security("ADD_USER", Now.AddHours(-1), $"{IdOf(away)}")));
        yield return new("somebody of an address whose former number was deactivated", "user-inactive",
            (idle with { Users = [World.User(Jane), new(5, away, false)] }).Before(
                Login(Now.AddDays(-120), away),
                Security("DEACTIVATE_USER", Now.AddDays(-100), $"{IdOf(away)}")),
            Severity.Medium, "users");
        yield return new("no invites", "domain-invites", Quiet);
        yield return new("a domain let in", "domain-invites", Quiet.And(Security("DOMAIN_BASED_INVITES_ENABLED", Morning)), Severity.Low, Jane);
    }

    private static IReadOnlyList<AccountUser> Crowd(int users, int admins) =>
        [.. Enumerable.Range(0, users).Select(index => new AccountUser(index, $"u{index}@acme.example", index < admins))];

    private static IEnumerable<RuleCase> Account()
    {
        yield return new("guards stand", "guard-off", Quiet.And(Security("IP_RESTRICTIONS_ENABLED", Morning)));
        yield return new("single sign-on removed", "guard-off",
            Quiet.And(Security("REMOVE_SINGLE_SIGN_ON", Morning)), Severity.High, "Single sign-on");
        yield return new("a person's second factor removed", "guard-off",
            Quiet.And(Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Morning, "9")), Severity.High, "Two-factor authentication 9");
        yield return new("removed and set again", "guard-off",
            Quiet.And(Security("IP_RESTRICTIONS_DISABLED", Morning), Security("IP_RESTRICTIONS_ENABLED", Morning.AddMinutes(5))),
            Severity.Medium, "IP restriction");
        yield return new("removed, set again and removed", "guard-off",
            Quiet.And(
                Security("IP_RESTRICTIONS_DISABLED", Morning),
                Security("IP_RESTRICTIONS_ENABLED", Morning.AddMinutes(5)),
                Security("IP_RESTRICTIONS_DISABLED", Morning.AddMinutes(9))),
            Severity.High, "IP restriction");
        yield return new("removed twice and set again", "guard-off",
            Quiet.And(
                Security("IP_RESTRICTIONS_DISABLED", Morning),
                Security("IP_RESTRICTIONS_DISABLED", Morning.AddMinutes(9)),
                Security("IP_RESTRICTIONS_ENABLED", Morning.AddMinutes(15))),
            Severity.Medium, "IP restriction");
        yield return new("single sign-on no longer required, and required again", "guard-off",
            Quiet.And(Security("UNREQUIRE_SINGLE_SIGN_ON", Morning), Security("REQUIRE_SINGLE_SIGN_ON", Morning.AddMinutes(4))),
            Severity.Medium, "Single sign-on");
        yield return new("single sign-on removed, and set up with another provider", "guard-off",
            Quiet.And(
                Security("REMOVE_SINGLE_SIGN_ON", Morning),
                Security("ADD_SINGLE_SIGN_ON", Morning.AddMinutes(4)),
                Security("REQUIRE_SINGLE_SIGN_ON", Morning.AddMinutes(6))),
            Severity.High, "Single sign-on");
        yield return new("a person's second factor removed, and one added", "guard-off",
            Quiet.And(
                Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Morning, "9"),
                Security("ADD_TWO_FACTOR_AUTHENTICATION", Morning.AddMinutes(3), "9", World.Sam)),
            Severity.High, "Two-factor authentication 9");
        yield return new("a person's second factor removed, and one added for another", "guard-off",
            Quiet.And(
                Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Morning, "9"),
                Security("ADD_TWO_FACTOR_AUTHENTICATION", Morning.AddMinutes(3), "10")),
            Severity.High, "Two-factor authentication 9");
        yield return new("set before it was removed", "guard-off",
            Quiet.And(Security("IP_RESTRICTIONS_DISABLED", Morning), Security("IP_RESTRICTIONS_ENABLED", Morning.AddMinutes(-5))),
            Severity.High, "IP restriction");
        yield return new("switched off the day before yesterday", "guard-off",
            Quiet.And(Security("IP_RESTRICTIONS_DISABLED", Now.AddHours(-30))), Severity.Medium, "IP restriction");
        yield return new("switched off last week", "guard-off",
            Quiet.Before(Security("REMOVE_SINGLE_SIGN_ON", Now.AddDays(-9), "11")), Severity.Medium, "Single sign-on");
        yield return new("switched off last week, on again and off again", "guard-off",
            Quiet.Before(
                Security("IP_RESTRICTIONS_DISABLED", Now.AddDays(-9)),
                Security("IP_RESTRICTIONS_ENABLED", Now.AddDays(-8)),
                Security("IP_RESTRICTIONS_DISABLED", Now.AddDays(-7))),
            Severity.Medium, "IP restriction");
        yield return new("switched off last week, and on again the day before yesterday", "guard-off",
            Quiet.Before(Security("IP_RESTRICTIONS_DISABLED", Now.AddDays(-9))).And(Security("IP_RESTRICTIONS_ENABLED", Now.AddHours(-30))));
        yield return new("single sign-on removed last week, and another provider's set up", "guard-off",
            Quiet.Before(Security("REMOVE_SINGLE_SIGN_ON", Now.AddDays(-9), "11"), Security("ADD_SINGLE_SIGN_ON", Now.AddDays(-8), "12")));
        yield return new("allowed login methods changed the day before yesterday", "guard-off",
            Quiet.And(Security("ALLOWED_LOGIN_METHODS_UPDATE", Now.AddHours(-30))));
        yield return new("a user's second factor removed last week", "guard-off",
            Quiet.Before(Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-9), $"{IdOf(World.Sam)}")),
            Severity.Medium, $"Two-factor authentication {IdOf(World.Sam)}");
        yield return new("a user's second factor removed last week, while users cannot be read", "guard-off",
            Quiet.Before(Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-9), "9")) with { Users = null });
        yield return new("the second factor of somebody removed last week who is no user any more", "guard-off",
            Quiet.Before(Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-9), "9")));
        yield return new("the second factor of somebody removed last week who was deactivated since", "guard-off",
            Quiet.Before(
                Security("REMOVE_TWO_FACTOR_AUTHENTICATION", Now.AddDays(-9), $"{IdOf(World.Sam)}"),
                Security("DEACTIVATE_USER", Now.AddDays(-3), $"{IdOf(World.Sam)}")));

        const string export = "bulk-export";
        yield return new("a usual export", export, Quiet.And(Security("EXPORT", Morning)));
        yield return new("five exports on a day", export, Quiet.And(Exports(5)));
        yield return new("six exports on a day", export, Quiet.And(Exports(6)), Severity.High, "exports");
        yield return new("six exports where that is usual", export,
            Quiet.Before([.. Exports(5, Now.AddDays(-9)), .. Exports(5, Now.AddDays(-16))]).And(Exports(6)));
        yield return new("six exports where many were made on one day", export,
            Quiet.Before(Exports(50, Now.AddDays(-9))).And(Exports(6)), Severity.High, "exports");
        yield return new("six exports where many were made in one night", export,
            Quiet.Before(Exports(50, Now.AddDays(-9).AddHours(12).AddMinutes(-25))).And(Exports(6)), Severity.High, "exports");
        yield return new("a first export", export, Quiet.And(Security("EXPORT", Morning, user: World.Sam)), Severity.Medium, World.Sam);
        yield return new("a first export of all users", export,
            Quiet.And(Security("EXPORT_USERS", Morning, user: World.Sam)), Severity.High, World.Sam);
        yield return new("a first export of all users and of something else", export,
            Quiet.And(Security("EXPORT", Morning, user: World.Sam), Security("EXPORT_USERS", Morning, user: World.Sam)), Severity.High, World.Sam);
        var backup = Security("DATA_BACKUP_DOWNLOADED", Morning);
        yield return new("a backup downloaded by somebody who exports lists", export, Quiet.And(backup), Severity.High, Jane);
        yield return new("a backup downloaded where one is downloaded every week", export,
            Quiet
                .Before(Enumerable.Range(1, 3).Select(week => Security("DATA_BACKUP_DOWNLOADED", Now.AddDays(-7 * week), user: World.Sam)))
                .And(backup));
        yield return new("a backup and all users taken by somebody who exports lists", export,
            Quiet.And(backup, Security("EXPORT_USERS", Morning.AddMinutes(5)), Security("EXPORT", Morning.AddMinutes(9))), Severity.High, Jane);
        yield return new("two first exports, both downloaded", export,
            Quiet.And([.. Exports(2, user: World.Sam), .. Exports(2, type: "EXPORT_DOWNLOAD", user: World.Sam)]), Severity.Medium, World.Sam);
        yield return new("three exports, all downloaded", export, Quiet.And([.. Exports(3), .. Exports(3, type: "EXPORT_DOWNLOAD")]));
        yield return new("six downloads of three exports", export,
            Quiet.And([.. Exports(3), .. Exports(6, type: "EXPORT_DOWNLOAD")]), Severity.High, "exports");
        yield return new("eight exports where five, all downloaded, are usual", export,
            Quiet
                .Before(
                [
                    .. Exports(5, Now.AddDays(-9)),
                    .. Exports(5, Now.AddDays(-9), "EXPORT_DOWNLOAD"),
                    .. Exports(5, Now.AddDays(-16)),
                    .. Exports(5, Now.AddDays(-16), "EXPORT_DOWNLOAD"),
                ])
                .And(Exports(8)),
            Severity.High, "exports");

        const string app = "app-connected";
        yield return new("an allowed app connected", app, Quiet.And(Security("INSTALL_INTEGRATION", Morning, "777")));
        yield return new("another app connected", app, Quiet.And(Security("INSTALL_INTEGRATION", Morning, "778")), Severity.High, "778");
        yield return new("an app connected where there is no list", app,
            Quiet.And(Security("INSTALL_INTEGRATION", Morning, "778")) with { Registry = null }, Severity.Medium, "778");
        yield return new("an app connected and disconnected", app,
            Quiet.And(Security("INSTALL_INTEGRATION", Morning, "778"), Security("UNINSTALL_INTEGRATION", Morning.AddMinutes(3), "778")),
            Severity.Medium, "778");
        yield return new("an allowed app connected and disconnected", app,
            Quiet.And(Security("INSTALL_INTEGRATION", Morning, "777"), Security("UNINSTALL_INTEGRATION", Morning.AddMinutes(3), "777")));
        yield return new("an app connected, disconnected and connected again", app,
            Quiet.And(
                Security("INSTALL_INTEGRATION", Morning, "778"),
                Security("UNINSTALL_INTEGRATION", Morning.AddMinutes(3), "778"),
                Security("INSTALL_INTEGRATION", Morning.AddMinutes(5), "778")),
            Severity.High, "778");

        const string door = "data-door-opened";
        yield return new("a sandbox deleted", door, Quiet.And(Security("SANDBOX_DELETION", Morning, "5")));
        yield return new("data shared with another account", door,
            Quiet.And(Security("DATA_SHARING_CONNECTION_ADDED", Morning, "5")), Severity.High, "5");
        yield return new("data shared with another account the day before yesterday", door,
            Quiet.And(Security("DATA_SHARING_CONNECTION_ADDED", Now.AddHours(-25), "5")));
        yield return new("another account connected for reports", door,
            Quiet.And(Security("MULTI_ACCOUNT_REPORTING_CONNECTION_ADDED", Morning, "5")), Severity.High, "5");
        yield return new("another account connected for workflows", door,
            Quiet.And(Security("MULTI_ACCOUNT_WORKFLOWS_CONNECTION_ADDED", Morning, "5")), Severity.High, "5");
        yield return new("an account added to an organization", door,
            Quiet.And(Security("ACCOUNT_ADDED_TO_MULTI_ACCOUNT_ORGANIZATION", Morning)), Severity.High, Jane);
        yield return new("a sandbox made and filled", door,
            Quiet.And(Security("SANDBOX_CREATION", Morning, "5"), Security("SANDBOX_SYNC", Morning.AddMinutes(9), "5")), Severity.Medium, "5");
        yield return new("regular backups set up", door, Quiet.And(Security("DATA_BACKUP_SCHEDULE_CREATED", Morning)), Severity.Medium, Jane);
        yield return new("a user let in again", door, Quiet.And(Security("REACTIVATE_USER", Morning, "5")), Severity.Medium, "5");
        var back = Quiet.And(Security("REACTIVATE_USER", Morning, $"{IdOf(Jane)}", World.Sam));
        yield return new("a super admin let in again", door, back, Severity.High, $"{IdOf(Jane)}");
        yield return new("a super admin of the last list let in again, while users cannot be read", door,
            back with { Users = null, Admins = new(Now.AddHours(-49), [IdOf(Jane)]) }, Severity.High, $"{IdOf(Jane)}");

        yield return new("a user added by somebody who never added one", door,
            Quiet.And(Security("ADD_USER", Morning, "5"), Security("ADD_USER", Morning.AddMinutes(5), "6")), Severity.Medium, Jane);
        yield return new("data shared with another account without its number, by somebody who never added a user and now adds one", door,
            Quiet.And(Security("DATA_SHARING_CONNECTION_ADDED", Morning), Security("ADD_USER", Morning.AddMinutes(5), "876")), Severity.High, Jane);
        yield return new("a user added by somebody who adds them", door,
            Quiet.Before(Security("ADD_USER", Now.AddDays(-30), "4")).And(Security("ADD_USER", Morning, "5")));
        yield return new("a user added while the history is short", door,
            (Quiet with { Past = [Security("EXPORT", Now.AddDays(-9))] }).And(Security("ADD_USER", Morning, "5")));
        yield return new("an admin's passkey added", door, Quiet.And(Security("PASSKEY_ADDED", Morning)), Severity.Medium, Jane);
        yield return new("the passkey added of somebody who is no admin and makes keys", door,
            Quiet.And(Security("PASSKEY_ADDED", Morning)) with { Users = [World.User(Jane), World.User(World.Sam, true)] }, Severity.Medium, Jane);
        yield return new("another user's passkey added", door, Quiet.And(Security("PASSKEY_ADDED", Morning, user: World.Sam)));
        yield return new("another user's passkey added, where nobody knows who is an admin", door,
            Quiet.And(Security("PASSKEY_ADDED", Morning, user: World.Sam)) with { Users = null });
        yield return new("another user's passkey added, who connected an app", door,
            Quiet
                .Before(Security("INSTALL_INTEGRATION", Now.AddDays(-50), "777", World.Sam))
                .And(Security("PASSKEY_ADDED", Morning, user: World.Sam)));
        yield return new("another user's passkey added, while users could not be read for days", door,
            Quiet.And(Security("PASSKEY_ADDED", Morning, user: World.Sam)) with { Users = null, Admins = new(Now.AddHours(-49), [IdOf(Jane)]) });
        yield return new("the passkey added of an admin of the last list, while users could not be read for days", door,
            Quiet.And(Security("PASSKEY_ADDED", Morning, user: World.Sam)) with { Users = null, Admins = new(Now.AddHours(-49), [IdOf(World.Sam)]) },
            Severity.Medium, World.Sam);
        yield return new("another user's passkey added in a new country", door,
            Quiet.And(Security("PASSKEY_ADDED", Morning, user: World.Sam, country: "vn")), Severity.Medium, World.Sam);

        yield return new("no webhook changed", "webhook-target-changed", Quiet.And(Security("BOTS_WEBHOOK_VIEWED", Morning, "5")));
        yield return new("a webhook changed", "webhook-target-changed",
            Quiet.And(Security("WEBHOOK_SETTINGS_UPDATE", Morning, "5")), Severity.High, "5");
        yield return new("known types only", "activity-unknown-type", Quiet.And(Security("EXPORT", Morning)));
        yield return new("an unknown type", "activity-unknown-type",
            Quiet.And(Security("QUANTUM_KEY_MADE", Morning), Security("QUANTUM_KEY_MADE", Morning)), Severity.Info, "QUANTUM_KEY_MADE");
        yield return new("an unknown type, once", "activity-unknown-type",
            Quiet.And(Security("QUANTUM_KEY_MADE", Morning)), Severity.Info, "QUANTUM_KEY_MADE");
    }

    private static IEnumerable<ActivityEvent> Exports(int count, DateTimeOffset? from = null, string type = "EXPORT", string user = Jane) =>
        Enumerable.Range(0, count).Select(index => Security(type, (from ?? Morning).AddMinutes(index), user: user));

    // Told at the next poll.
    private static UsageTrouble Trouble(string rule, double hours) =>
        new(rule, Now.AddHours(hours), Now.AddHours(hours).AddMinutes(5), Severity.High);
}
