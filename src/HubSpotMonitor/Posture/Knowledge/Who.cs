using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>Who and from where, for people and as a key.</summary>
internal static class Who
{
    /// <summary>Mail address, or <c>user 876</c>.</summary>
    public static string Name(ActivityEvent item) => item.User ?? (item.UserId is { } id ? UserName(id) : "somebody");

    public static string UserName(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"user {id}");

    /// <summary>HubSpot's number, which outlives a change of address; else the address. Null: nobody is named.</summary>
    public static string? Key(ActivityEvent item) => item.UserId is { } id ? Key(id) : item.User?.ToLowerInvariant();

    public static string Key(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Addresses that differ only in upper and lower case are one.</summary>
    public static bool IsSame(string? name, string? other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    /// <summary><c>jane@acme.example in ie</c>: somebody in one country says nothing of the same one in another.</summary>
    public static string InCountry(ActivityEvent item) => $"{Name(item)} in {item.Country}";

    /// <summary><c>Dublin (ie), 198.51.100.7</c>; null: nothing is known.</summary>
    public static string? From(ActivityEvent item)
    {
        var place = (item.Location, item.Country) switch
        {
            ({ } location, { } country) => $"{location} ({country})",
            ({ } location, null) => location,
            (null, var country) => country,
        };
        return (place, item.IpAddress) switch
        {
            ({ } known, { } address) => $"{known}, {address}",
            (null, var address) => address,
            ({ } known, null) => known,
        };
    }

    /// <summary>The address in what <see cref="From"/> says; where it has none, something that is none.</summary>
    public static string AddressIn(string from) => from.Split(", ")[^1];

    public static CredentialEvent Note(ActivityEvent item) => new(item.At, item.Type, Name(item), From(item), item.Evidence, item.UserId);
}
