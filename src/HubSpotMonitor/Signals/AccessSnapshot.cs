using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What can be asked about who has access to an account; rules say which of these they need.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessSource>))]
public enum AccessSource
{
    SecurityActivity,
    LoginHistory,
    AuditLog,
    Users,

    /// <summary>Introspection of the credential that the monitor holds.</summary>
    OwnToken,
    SmtpTokens,
    Usage,
    Webhooks,
    Registry,
    WebhooksJournal,
}

/// <summary>Whether a source could be read.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceAccess>))]
public enum SourceAccess
{
    /// <summary>Not asked yet.</summary>
    Unknown,
    Read,

    /// <summary>The plan or the credential does not allow it: it stays so until somebody grants it.</summary>
    Denied,

    /// <summary>It is not set up in the settings.</summary>
    NotSetUp,

    /// <summary>It would be allowed, but the last try failed.</summary>
    Failed,
}

/// <summary>A source's state at one portal.</summary>
/// <param name="Source">Which.</param>
/// <param name="Access">Whether it could be read.</param>
/// <param name="Says">When not: why, and what to grant, in a sentence without secrets.</param>
/// <param name="At">When that was found.</param>
public sealed record SourceState(AccessSource Source, SourceAccess Access, string? Says, DateTimeOffset At);

/// <summary>A person who can log in, as HubSpot lists users today. A deactivated user is not marked by HubSpot.</summary>
/// <param name="Id">HubSpot's number.</param>
/// <param name="Email">Mail address.</param>
/// <param name="SuperAdmin">May do everything.</param>
public sealed record AccountUser(long Id, string? Email, bool SuperAdmin);

/// <summary>Somebody is a super admin who was none before, by HubSpot's lists alone: who did it they do not tell.</summary>
/// <param name="User">HubSpot's number.</param>
/// <param name="Email">Mail address.</param>
/// <param name="After">The last list on which they were none.</param>
/// <param name="Until">The first on which they are.</param>
public sealed record AdminRaise(long User, string? Email, DateTimeOffset After, DateTimeOffset Until);

/// <summary>The super admins of a list of users.</summary>
/// <param name="At">When the list was read.</param>
/// <param name="Users">Their numbers.</param>
public sealed record AdminList(DateTimeOffset At, IReadOnlyList<long> Users)
{
    /// <summary>
    /// How long a raise is remembered. HubSpot's login history is as long: who came
    /// onto the list within it is new there, and not back after a long absence.
    /// </summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <param name="before">The last snapshot; null: this is the first.</param>
    /// <param name="now">The snapshot in the making; its users may be unknown, and then the last list that was read stays.</param>
    /// <returns>The snapshot with its list of super admins and with who came onto it.</returns>
    public static AccessSnapshot Compare(AccessSnapshot? before, AccessSnapshot now)
    {
        ArgumentNullException.ThrowIfNull(now);
        List<AdminRaise> raised = [.. (before?.Raised ?? []).Where(raise => raise.Until > now.At - Kept)];
        if (now.Users is not { } users) return now with { Admins = before?.Admins, Raised = raised };
        // A long list is carried over from hour to hour: it speaks of when it was read.
        var readAt = now.Sources.FirstOrDefault(state => state.Source == AccessSource.Users)?.At ?? now.At;
        var admins = users.Where(user => user.SuperAdmin).ToList();
        if (before?.Admins is { } last)
            raised.AddRange(admins.Where(user => !last.Users.Contains(user.Id)).Select(user => new AdminRaise(user.Id, user.Email, last.At, readAt)));
        // Whoever was raised twice is told of once, by the latest.
        return now with
        {
            Admins = new(readAt, [.. admins.Select(user => user.Id)]),
            Raised = [.. raised.GroupBy(raise => raise.User).Select(same => same.Last())],
        };
    }
}

/// <summary>What HubSpot says of a token that we hold. Never the token itself.</summary>
/// <param name="Kind">What kind of credential it is, as far as its form and the answer tell.</param>
/// <param name="Fingerprint"><c>pat-na1-…1234</c>: enough to recognise it, too little to use it.</param>
/// <param name="AppId">The app it belongs to.</param>
/// <param name="UserId">The user who made it, or who installed the app.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="IsActive">False: HubSpot answers that it is dead.</param>
public sealed record TokenGrant(CredentialKind Kind, string Fingerprint, long? AppId, long? UserId, IReadOnlyList<string> Scopes, bool IsActive);

/// <summary>A credential for sending mail by SMTP, without its password.</summary>
public sealed record SmtpToken(string Id, string? Campaign, string? CreatedBy, DateTimeOffset? CreatedAt);

/// <summary>Who can get into an account, as HubSpot lists it at one instant.</summary>
public sealed record AccessSnapshot
{
    public required long Portal { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Every source that was asked; those of activity come from its polls.</summary>
    public required IReadOnlyList<SourceState> Sources { get; init; }

    /// <summary>Null: could not be read.</summary>
    public IReadOnlyList<AccountUser>? Users { get; init; }

    /// <summary>Null: the list of users was never read.</summary>
    public AdminList? Admins { get; init; }

    /// <summary>Of the last 90 days.</summary>
    public IReadOnlyList<AdminRaise> Raised { get; init => field = value ?? []; } = [];

    /// <summary>The monitor's own credential at this portal.</summary>
    public TokenGrant? Own { get; init; }

    /// <summary>Null: could not be read.</summary>
    public IReadOnlyList<SmtpToken>? SmtpTokens { get; init; }
}
