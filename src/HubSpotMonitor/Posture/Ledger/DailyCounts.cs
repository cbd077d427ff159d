namespace HubSpotMonitor.Posture.Ledger;

/// <summary>How often a type occurred on each UTC day that had it.</summary>
/// <param name="Type">HubSpot's name.</param>
/// <param name="Days">Numbers of days, ascending.</param>
/// <param name="Counts">Of each of them.</param>
public sealed record TypeDays(string Type, IReadOnlyList<int> Days, IReadOnlyList<int> Counts);

/// <summary>Counts by type and day of the 90 days before the latest: at most 150 types, 16 bytes a day of each before packing.</summary>
internal sealed class DailyCounts
{
    public const int KeptDays = 90;

    private readonly Dictionary<string, Dictionary<int, int>> _counts = new(StringComparer.Ordinal);
    private int _latest;

    public DailyCounts(IEnumerable<TypeDays> days)
    {
        foreach (var one in days)
        {
            _counts[one.Type] = one.Days.Zip(one.Counts).ToDictionary();
            _latest = Math.Max(_latest, one.Days.DefaultIfEmpty().Max());
        }
    }

    public void Count(string type, DateTimeOffset at)
    {
        var day = DayOf(at);
        _latest = Math.Max(_latest, day);
        if (!_counts.TryGetValue(type, out var days)) _counts[type] = days = [];
        days[day] = days.GetValueOrDefault(day) + 1;
    }

    public IReadOnlyList<TypeDays> ToList() =>
        [.. _counts.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => (one.Key, Days: one.Value.Where(day => day.Key > _latest - KeptDays).OrderBy(day => day.Key).ToList()))
            .Where(one => one.Days.Count > 0)
            .Select(one => new TypeDays(one.Key, [.. one.Days.Select(day => day.Key)], [.. one.Days.Select(day => day.Value)]))];

    public static int DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime).DayNumber;
}
