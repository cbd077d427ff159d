using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Digests;

/// <summary>An account's calls of a week beside those of four weeks before: growth so slow that it raises no alert is seen here.</summary>
/// <param name="Calls">Of the week that ends with the digest.</param>
/// <param name="Before">Of the seven days that ended four weeks earlier; null: not counted whole.</param>
public sealed record WeeksOfCalls(double Calls, double? Before)
{
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static readonly TimeSpan Apart = TimeSpan.FromDays(28);

    /// <summary>Of less than so much of a week its sum says nothing.</summary>
    private const double Covered = 0.95;

    /// <summary>Weeks differ by less in quiet accounts.</summary>
    private const double Notable = 0.1;

    /// <param name="week">The counts of the week.</param>
    /// <param name="before">The counts of four weeks before.</param>
    /// <returns>Null: the week was not counted whole.</returns>
    public static WeeksOfCalls? Of(IReadOnlyList<Reading> week, IReadOnlyList<Reading> before) =>
        Sum(week) is { } calls ? new(calls, Sum(before)) : null;

    /// <summary>A line for people, or two.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            var week = $"{Words.Count(Calls)} in the last seven days";
            if (Before is not { } before)
            {
                yield return $"{week}.";
                yield break;
            }
            var growth = before > 0 ? (Calls / before) - 1 : 0;
            yield return growth switch
            {
                >= 0.005 => $"{week}, {Percent(growth)} more than in the seven days of four weeks before.",
                <= -0.005 => $"{week}, {Percent(-growth)} fewer than in the seven days of four weeks before.",
                _ => $"{week}, as in the seven days of four weeks before.",
            };
            if (growth >= Notable) yield return "Slow growth becomes usual and raises no alert: is it known what makes these calls?";
        }
    }

    private static double? Sum(IReadOnlyList<Reading> counts) =>
        counts.Sum(count => count.Since is { } since ? (count.At - since) / Week : 0) >= Covered ? counts.Sum(count => count.Value) : null;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:N0} %");
}
