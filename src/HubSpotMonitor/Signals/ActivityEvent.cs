using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>The three histories of an account that HubSpot lets us read. Each has filters and paging of its own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivityFeed>))]
public enum ActivityFeed
{
    /// <summary>Security activity: keys seen, made and rotated, guards switched off, exports, apps installed.</summary>
    Security,

    /// <summary>Attempts to log in, of the last 90 days.</summary>
    Login,

    /// <summary>What users did. Enterprise plans only.</summary>
    Audit,
}

/// <summary>One line of one of these histories, brought into one shape. HubSpot leaves out much: only the first five are always there.</summary>
public sealed record ActivityEvent
{
    /// <summary>Type of a login that succeeded: the login history has no types.</summary>
    public const string LoginSucceeded = "LOGIN_SUCCEEDED";

    /// <summary>Type of a login that failed.</summary>
    public const string LoginFailed = "LOGIN_FAILED";

    private static readonly HashSet<string> Exports =
        ["EXPORT", "EXPORT_DOWNLOAD", "CONTACT_DATA_EXPORT", "DATA_BACKUP_DOWNLOADED", "FORM_SUBMISSIONS_EXPORT", "EXPORT_USERS"];

    /// <summary>Types of security activity with which data leaves the account as a file.</summary>
    public static IReadOnlySet<string> ExportTypes => Exports;

    public required long Portal { get; init; }

    public required ActivityFeed Feed { get; init; }

    /// <summary>HubSpot's id, unique within portal and feed.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>HubSpot's own name of the kind, an open set; of the audit log <c>category/subCategory/action</c>.</summary>
    public required string Type { get; init; }

    public long? UserId { get; init; }

    /// <summary>The acting user's mail address.</summary>
    public string? User { get; init; }

    /// <summary>What was acted upon, for instance a private app's or service key's number.</summary>
    public string? ObjectId { get; init; }

    public string? IpAddress { get; init; }

    /// <summary>A place's name, for people.</summary>
    public string? Location { get; init; }

    /// <summary>ISO 3166 alpha-2, lower case.</summary>
    public string? Country { get; init; }

    public string? Region { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>Unique among all events; evidence is quoted by it.</summary>
    [JsonIgnore]
    public string Evidence => $"{Feed}:{Id}";
}
