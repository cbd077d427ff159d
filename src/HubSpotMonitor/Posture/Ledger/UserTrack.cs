using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>A country that somebody logged in from.</summary>
public sealed record CountrySeen(string Country, DateTimeOffset First, DateTimeOffset Last);

/// <summary>A kind of credential that somebody made, and when first.</summary>
public sealed record FirstMade(CredentialKind Kind, DateTimeOffset At);

/// <summary>A login that succeeded.</summary>
public sealed record LoginPlace(DateTimeOffset At, string? Country, string? From, string Evidence);

/// <summary>
/// What the events told of one person: about 400 bytes before packing, more by 80 for each country. Failed logins leave nothing here, since
/// anybody can try any name.
/// </summary>
public sealed record UserTrack
{
    public const int HoursOfDay = 24;

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

    public UserTrack With(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var hours = Hours.ToArray();
        hours[item.At.UtcDateTime.Hour]++;
        var seen = this with { Hours = hours, LastSeen = item.At > LastSeen ? item.At : LastSeen };
        if (item.User is { } mail && (MailAt is null || item.At > MailAt || (item.At == MailAt && string.CompareOrdinal(mail, Mail) > 0))) seen = seen with { Mail = mail, MailAt = item.At };
        if (item.Feed == ActivityFeed.Login) return seen.WithLogin(item);
        if (item.Feed == ActivityFeed.Audit) return seen; // the security history says the same of keys and exports
        if (ActivityEvent.ExportTypes.Contains(item.Type)) seen = seen with { FirstExport = Earlier(FirstExport, item.At) };
        return ActivityTypes.MeaningOf(item.Type) is (var kind and not CredentialKind.Unknown, CredentialAct.Created) ? seen.WithMade(kind, item.At) : seen;
    }

    private UserTrack WithLogin(ActivityEvent item)
    {
        var place = new LoginPlace(item.At, item.Country, Who.From(item), item.Evidence);
        var isLater = LastLogin is null || item.At > LastLogin.At || (item.At == LastLogin.At && string.CompareOrdinal(place.Evidence, LastLogin.Evidence) > 0);
        return this with { LastLogin = isLater ? place : LastLogin, Countries = Knowledge.Countries.IsCode(item.Country) ? Seen(item.Country!, item.At) : Countries };
    }

    private IReadOnlyList<CountrySeen> Seen(string country, DateTimeOffset at)
    {
        var known = Countries.FirstOrDefault(one => one.Country == country);
        if (known is not null && known.First <= at && at <= known.Last) return Countries;
        var now = known is null ? new CountrySeen(country, at, at) : known with { First = at < known.First ? at : known.First, Last = at > known.Last ? at : known.Last };
        return [.. Countries.Where(one => one.Country != country).Append(now).OrderBy(one => one.Country, StringComparer.Ordinal)];
    }

    private UserTrack WithMade(CredentialKind kind, DateTimeOffset at)
    {
        var first = Made.FirstOrDefault(made => made.Kind == kind)?.At;
        return first <= at ? this : this with { Made = [.. Made.Where(made => made.Kind != kind).Append(new(kind, at)).OrderBy(made => made.Kind)] };
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
