using System.Globalization;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>A country that somebody logged in from, or acted in as <see cref="UserTrack.IsPlaced"/> says.</summary>
public sealed record CountrySeen(string Country, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>So many tell that somebody comes again and again; more need not be kept.</summary>
    public const int DaysKept = 5;

    /// <summary>The earliest UTC days on which they were there, by number, ascending; files of before lack them.</summary>
    public IReadOnlyList<int> Days { get; init => field = value ?? []; } = [];

    public CountrySeen With(DateTimeOffset at)
    {
        var day = DailyCounts.DayOf(at);
        var isKnown = Days.Contains(day) || (Days.Count == DaysKept && Days[^1] < day);
        return this with
        {
            First = at < First ? at : First,
            Last = at > Last ? at : Last,
            Days = isKnown ? Days : [.. Days.Append(day).Order().Take(DaysKept)],
        };
    }
}

/// <summary>A kind of credential that somebody made, and when first.</summary>
public sealed record FirstMade(CredentialKind Kind, DateTimeOffset At);

/// <summary>A login that succeeded.</summary>
public sealed record LoginPlace(DateTimeOffset At, string? Country, string? From, string Evidence);

/// <summary>
/// What the events told of one person: about 400 bytes before packing, more by 130 for each country. Failed logins leave nothing here, since
/// anybody can try any name.
/// </summary>
public sealed record UserTrack
{
    public const int HoursOfDay = 24;

    public const string UserAdded = "ADD_USER";
    public const string PasskeyAdded = "PASSKEY_ADDED";

    public const string UserLetIn = "REACTIVATE_USER";

    private const string Deactivated = "DEACTIVATE_USER";

    /// <summary>HubSpot's number; without one the mail address, lower case.</summary>
    public required string Key { get; init; }

    /// <summary>The address last seen, and when.</summary>
    public string? Mail { get; init; }

    public DateTimeOffset? MailAt { get; init; }

    /// <summary>Ordered by code.</summary>
    public IReadOnlyList<CountrySeen> Countries { get; init => field = value ?? []; } = [];

    public LoginPlace? LastLogin { get; init; }

    /// <summary>When anything was last seen of this person.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>How many events fell into each hour of the day, in UTC: a summer's hour more or less does not matter to who asks.</summary>
    public IReadOnlyList<int> Hours { get; init => field = value ?? new int[HoursOfDay]; } = new int[HoursOfDay];

    /// <summary>Ordered by kind.</summary>
    public IReadOnlyList<FirstMade> Made { get; init => field = value ?? []; } = [];

    public DateTimeOffset? FirstExport { get; init; }

    /// <summary>When this person first added another; files of before lack it.</summary>
    public DateTimeOffset? FirstUserAdded { get; init; }

    /// <summary>When somebody last added this person, let them in again or made them an admin.</summary>
    public DateTimeOffset? LetInAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    /// <summary>
    /// As far as events tell: on HubSpot's list of users they stay, unmarked. Who logged in since was let in, though no event tells by whom.
    /// </summary>
    public bool IsDeactivated => DeactivatedAt is { } end && !(LetInAt >= end) && !(LastLogin?.At > end);

    /// <summary>
    /// Whose access an event gives or takes; null: it does neither, or HubSpot does not say whose. By what it names a user is not documented:
    /// their number, most likely, and nothing else is understood.
    /// </summary>
    public static string? KeyOfSubject(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Type is Deactivated or UserAdded or "ADD_ADMIN_USER" or UserLetIn
            && long.TryParse(item.ObjectId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? Who.Key(id)
            : null;
    }

    /// <summary>
    /// Whether a country is learned from it: a login that succeeded, or what was done to credentials, passwords, users, admins and guards, or took
    /// data out.
    /// Rules judge from where just these came, so that nobody makes a country known by what no rule looks at.
    /// </summary>
    public static bool IsPlaced(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Feed != ActivityFeed.Security) return item is { Feed: ActivityFeed.Login, Type: ActivityEvent.LoginSucceeded };
        if (item.Type == ActivityTypes.AutoRotated) return false; // HubSpot's own schedule, wherever that runs
        return ActivityTypes.MeaningOf(item.Type).Kind != CredentialKind.Unknown
            || ActivityEvent.ExportTypes.Contains(item.Type)
            || Guard.Of(item.Type) is not null
            || item.Type is UserAdded or UserLetIn or Deactivated or "REMOVE_USER"
                or PasskeyAdded or "CHANGE_PASSWORD" or "BULK_EMAIL_DOMAIN_CHANGE"
                or "ADD_ADMIN_USER" or "ADD_ADMIN_PERMISSIONS" or "REMOVE_ADMIN_USER" or "REMOVE_ADMIN_PERMISSIONS";
    }

    public UserTrack With(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var hours = Hours.ToArray();
        hours[item.At.UtcDateTime.Hour]++;
        var seen = this with { Hours = hours, LastSeen = item.At > LastSeen ? item.At : LastSeen };
        if (item.User is { } mail && (MailAt is null || item.At > MailAt || (item.At == MailAt && string.CompareOrdinal(mail, Mail) > 0)))
            seen = seen with { Mail = mail, MailAt = item.At };
        if (item.Feed == ActivityFeed.Login) return seen.WithLogin(item);
        if (item.Feed == ActivityFeed.Audit) return seen; // the security history says the same of keys and exports
        if (IsPlaced(item)) seen = seen.WithCountry(item);
        if (ActivityEvent.ExportTypes.Contains(item.Type)) seen = seen with { FirstExport = Earlier(FirstExport, item.At) };
        if (item.Type == UserAdded) seen = seen with { FirstUserAdded = Earlier(FirstUserAdded, item.At) };
        return ActivityTypes.MeaningOf(item.Type) is (var kind and not CredentialKind.Unknown, CredentialAct.Created)
            ? seen.WithMade(kind, item.At)
            : seen;
    }

    /// <summary>With what somebody did to this person's access.</summary>
    public UserTrack WithAccess(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Type == Deactivated
            ? this with { DeactivatedAt = Later(DeactivatedAt, item.At) }
            : this with { LetInAt = Later(LetInAt, item.At) };
    }

    private UserTrack WithLogin(ActivityEvent item)
    {
        var place = new LoginPlace(item.At, item.Country, Who.From(item), item.Evidence);
        var isLater = LastLogin is null
            || item.At > LastLogin.At
            || (item.At == LastLogin.At && string.CompareOrdinal(place.Evidence, LastLogin.Evidence) > 0);
        return (this with { LastLogin = isLater ? place : LastLogin }).WithCountry(item);
    }

    private UserTrack WithCountry(ActivityEvent item) =>
        Knowledge.Countries.IsCode(item.Country) ? this with { Countries = Seen(item.Country!, item.At) } : this;

    private IReadOnlyList<CountrySeen> Seen(string country, DateTimeOffset at)
    {
        var known = Countries.FirstOrDefault(one => one.Country == country);
        var now = (known ?? new CountrySeen(country, at, at)).With(at);
        if (now == known) return Countries;
        return [.. Countries.Where(one => one.Country != country).Append(now).OrderBy(one => one.Country, StringComparer.Ordinal)];
    }

    private UserTrack WithMade(CredentialKind kind, DateTimeOffset at)
    {
        var first = Made.FirstOrDefault(made => made.Kind == kind)?.At;
        return first <= at ? this : this with { Made = [.. Made.Where(made => made.Kind != kind).Append(new(kind, at)).OrderBy(made => made.Kind)] };
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
