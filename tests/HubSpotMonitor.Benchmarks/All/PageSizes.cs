namespace HubSpotMonitor.Benchmarks.All;

/// <summary>How much is measured. Lists grow in steps of ten where they can, so that growth shows.</summary>
/// <param name="Rounds">How often what is compared by turns is measured.</param>
/// <param name="Batches">Of 100 webhook events.</param>
/// <param name="Portals">Polled at once.</param>
/// <param name="Days">Of one series that is judged.</param>
/// <param name="Series">Of four weeks, held in memory.</param>
/// <param name="Accounts">Whose activity is folded.</param>
/// <param name="Watched">Portals on the overview, and in a host that starts.</param>
/// <param name="Messages">Through the bus.</param>
/// <param name="Hours">Of one portal's day.</param>
/// <param name="DayPortals">Portals of which a quarter of an hour is lived.</param>
internal sealed record PageSizes(
    int Rounds, IReadOnlyList<int> Batches, IReadOnlyList<int> Portals, IReadOnlyList<int> Days, IReadOnlyList<int> Series, int Accounts,
    IReadOnlyList<int> Watched, IReadOnlyList<int> Messages, int Hours, IReadOnlyList<int> DayPortals)
{
    /// <summary>Those of the page.</summary>
    public static PageSizes Whole { get; } = new(
        3, [20, 200, 2000], [1, 50, 200, 500, 5000], [28, 280, 2800], [1, 10, 100], 10, [2, 20, 200], [100, 1000, 10_000], 24, [1, 10]);

    /// <summary>To see whether it runs.</summary>
    public static PageSizes Trial { get; } = new(1, [10, 100], [1, 5, 20], [15, 28], [1, 10], 1, [2, 20], [10, 100], 1, [1, 3]);
}
