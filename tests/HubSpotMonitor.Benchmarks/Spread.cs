namespace HubSpotMonitor.Benchmarks;

/// <summary>What is told of several measurements of the same.</summary>
internal static class Spread
{
    public static TValue Median<T, TValue>(IReadOnlyList<T> of, Func<T, TValue> value) => of.Select(value).Order().ElementAt(of.Count / 2);

    /// <summary>The measurement that so large a share lies at or below.</summary>
    /// <param name="sorted">Shortest first.</param>
    /// <param name="share">0 to 1.</param>
    public static TimeSpan At(IReadOnlyList<TimeSpan> sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
