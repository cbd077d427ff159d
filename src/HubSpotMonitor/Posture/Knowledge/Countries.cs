using System.Globalization;

namespace HubSpotMonitor.Posture.Knowledge;

/// <summary>
/// Rough places of countries: HubSpot tells a login's country, not its coordinates, and a database of addresses would be a second product.
/// A country is a point with a generous radius, so that a distance is the least that could have been travelled: this under-reports.
/// </summary>
internal static class Countries
{
    private const double EarthRadius = 6371;

    private static readonly Lazy<Dictionary<string, Place>> All = new(Read);

    /// <summary>Whether a text can be an ISO 3166 alpha-2 code; HubSpot writes them in lower case.</summary>
    public static bool IsCode(string? country) =>
        country is { Length: 2 } && char.IsAsciiLetterLower(country[0]) && char.IsAsciiLetterLower(country[1]);

    /// <summary>The least distance between two countries in kilometres. Null: one of them is not known here.</summary>
    public static double? Kilometres(string from, string to)
    {
        if (from == to) return 0;
        if (!All.Value.TryGetValue(from, out var one) || !All.Value.TryGetValue(to, out var other)) return null;
        return Math.Max(0, Haversine(one, other) - one.Radius - other.Radius);
    }

    private static double Haversine(Place one, Place other)
    {
        var (latitude, longitude) = (Radians(other.Latitude - one.Latitude), Radians(other.Longitude - one.Longitude));
        var half = Math.Pow(Math.Sin(latitude / 2), 2)
            + (Math.Cos(Radians(one.Latitude)) * Math.Cos(Radians(other.Latitude)) * Math.Pow(Math.Sin(longitude / 2), 2));
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static Dictionary<string, Place> Read()
    {
        using var reader = new StreamReader(EmbeddedData.Open("countries.csv"));
        Dictionary<string, Place> places = [];
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(',');
            places.Add(parts[0], new(Number(parts[1]), Number(parts[2]), Number(parts[3])));
        }
        return places;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private readonly record struct Place(double Latitude, double Longitude, double Radius);
}
