using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests.Posture;

/// <summary>An account for rules to look at: in its beginning quiet, well kept, and with every source readable.</summary>
internal sealed record World
{
    /// <summary>A Tuesday noon.</summary>
    public static readonly DateTimeOffset Now = Samples.Noon;

    /// <summary>Logs in every working day at ten.</summary>
    public const string Sam = "sam@acme.example";

    public static readonly PortalRegistry Registered = new(Samples.Acme.Id)
    {
        Credentials =
        [
            new()
            {
                Id = "erp",
                Kind = CredentialKind.ServiceKey,
                ObjectId = "7654",
                Name = "ERP sync",
                Owner = Jane,
                Consumers = ["erp-prod"],
                NeededScopes = ["crm.objects.contacts.read"],
                AgeLimit = TimeSpan.FromDays(100),
            },
        ],
        AllowedApps = new HashSet<string> { "777" },
        MailDomains = new HashSet<string> { "acme.example" },
    };

    public IReadOnlyList<ActivityEvent> Past { get; init; } =
    [
        .. Enumerable.Range(3, 60).SelectMany(day => new[] { Login(Now.AddDays(-day).AddHours(-2)), Login(Now.AddDays(-day).AddHours(-2), Sam) }),
        Security("SERVICE_KEY_CREATE", Now.AddDays(-60), "7654"),
        Security("SERVICE_KEY_ROTATION_SCHEDULE_SET", Now.AddDays(-60), "7654"),
        Security("EXPORT", Now.AddDays(-20)),
    ];

    public IReadOnlyList<ActivityEvent> Recent { get; init; } = [];

    public IReadOnlyList<AccountUser>? Users { get; init; } = [User(Jane, superAdmin: true), User(Sam)];

    /// <summary>A long list is read once a day. Null: just now.</summary>
    public DateTimeOffset? UsersReadAt { get; init; }

    public TokenGrant? Own { get; init; } = new(
        CredentialKind.ServiceKey, "pat-na1-…0001", 42, IdOf(Jane), ["oauth", "account-info.security.read"], true);

    public IReadOnlyList<SmtpToken>? Smtp { get; init; } = [];

    public PortalRegistry? Registry { get; init; } = Registered;

    public IReadOnlyList<UsageTrouble> Usage { get; init; } = [];

    public IReadOnlyList<AdminRaise> Raised { get; init; } = [];

    /// <summary>Of the last list that was read; for a world in which <see cref="Users"/> is null.</summary>
    public AdminList? Admins { get; init; }

    public IReadOnlyList<EventProfile> Writers { get; init; } = [];

    public IReadOnlyList<SecretSighting> Secrets { get; init; } = [];

    public DateTimeOffset At { get; init; } = Now;

    /// <summary>One that may not be read.</summary>
    public AccessSource? Denied { get; init; }

    public static AccountUser User(string mail, bool superAdmin = false) => new(IdOf(mail), mail, superAdmin);

    public World And(params IEnumerable<ActivityEvent> events) => this with { Recent = [.. Recent, .. events] };

    public World Before(params IEnumerable<ActivityEvent> events) => this with { Past = [.. Past, .. events] };

    public PostureEvidence Gather()
    {
        var before = AccessLedger.Fold(AccessLedger.Empty(Samples.Acme.Id), Past, At.AddDays(-2));
        var states = Enum.GetValues<AccessSource>().Where(source => source != AccessSource.Registry)
            .Select(source => source == Denied
                ? new SourceState(source, SourceAccess.Denied, $"{source}: grant it.", At)
                : new SourceState(source, SourceAccess.Read, null, source == AccessSource.Users ? UsersReadAt ?? At : At));
        var snapshot = new AccessSnapshot
        {
            Portal = Samples.Acme.Id,
            At = At,
            Sources = [],
            Users = Users,
            Own = Own,
            SmtpTokens = Smtp,
            Raised = Raised,
            Admins = Admins,
        };
        var registry = Denied == AccessSource.Registry || Registry is null ? AccessRegistry.None : new AccessRegistry([Registry]);
        return PostureEvidence.Gather(Samples.Acme, AccountClock.Utc, new(), registry, before, Recent, snapshot, Writers, states, At) with
        {
            HasSecurityHistory = true,
            Usage = Usage,
            Secrets = Secrets,
        };
    }
}
