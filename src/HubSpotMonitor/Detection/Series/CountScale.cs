namespace HubSpotMonitor.Detection.Series;

/// <summary>One length of time over which counts are added up and held against what was expected.</summary>
/// <param name="Name">For words: <c>last reading</c>, <c>12 h</c>.</param>
/// <param name="Readings">So many of the latest readings; 0: all of the last hour, or half hours.</param>
/// <param name="HalfHours">So many half hours; of short scales, those whose scatter stands for it.</param>
/// <param name="UsualUntil">Readings further apart than this make a shorter scale say the same.</param>
/// <param name="Deviation">Standard deviations above expectation from which it may speak.</param>
/// <param name="Silence">The same below expectation; 0: never.</param>
/// <param name="Kind">How it is added up.</param>
public sealed record CountScale(string Name, int Readings, int HalfHours, TimeSpan UsualUntil, double Deviation, double Silence, ScaleKind Kind)
{
    private static readonly TimeSpan Always = TimeSpan.FromDays(1);

    // A reading is one of thousands a month, a day one of thirty: the shorter, the more it must stand out.
    // Bursts live in the first four, parallel use in the middle, slow drains in the last three; a silence is judged up to half a day.
    public static IReadOnlyList<CountScale> All { get; } =
    [
        new("the last reading", 1, 1, Always, 7, 5, ScaleKind.Readings),
        new("the last three readings", 3, 1, TimeSpan.FromMinutes(20), 6, 0, ScaleKind.Readings),
        new("the last hour", 0, 2, TimeSpan.FromMinutes(40), 5, 5, ScaleKind.Readings),
        new("3 h", 0, 6, Always, 5, 5, ScaleKind.Seen),
        new("6 h", 0, 12, Always, 4, 4, ScaleKind.Calm),
        new("12 h", 0, 24, Always, 3.5, 4, ScaleKind.Calm),
        new("24 h", 0, 48, Always, 4, 0, ScaleKind.CalmDays),
        new("2 d", 0, 96, Always, 3.5, 0, ScaleKind.CalmDays),
        new("3 d", 0, 144, Always, 3.5, 0, ScaleKind.CalmDays),
    ];

    /// <summary>A steady surplus, seen over half a day and more.</summary>
    public bool IsSlow => HalfHours >= 24;

    public bool IsOfDays => Kind is ScaleKind.CalmDays;

    internal bool UsesCalm => Kind is ScaleKind.Calm or ScaleKind.CalmDays;
}

public enum ScaleKind
{
    /// <summary>The latest readings themselves.</summary>
    Readings,

    /// <summary>Half hours as they were counted.</summary>
    Seen,

    /// <summary>Half hours without what stuck out.</summary>
    Calm,

    /// <summary>The same; so long that the time of day no longer matters to its scatter.</summary>
    CalmDays,
}
