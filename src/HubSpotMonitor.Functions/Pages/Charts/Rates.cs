using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>Counts of intervals that are not equally long, made comparable: calls a minute.</summary>
internal static class Rates
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    /// <summary>The length of a count's interval.</summary>
    public static TimeSpan Length(Reading reading) => reading.Since is { } since && since < reading.At ? reading.At - since : Usual;

    /// <param name="reading">Whose interval it was.</param>
    /// <param name="count">Calls in it, counted or expected.</param>
    public static double PerMinute(Reading reading, double count) => count / Length(reading).TotalMinutes;

    /// <summary><c>0.4</c>, <c>62</c>, <c>1,240</c>.</summary>
    public static string Text(double rate) => rate is > 0 and < 10 ? rate.ToString("0.#", CultureInfo.InvariantCulture) : Words.Count(rate);

    /// <summary>A round number at or above the largest value, so that half of it is a round number too.</summary>
    public static double NiceTop(double max)
    {
        var most = Math.Max(max, 1);
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return NiceFactors.Select(factor => factor * power).First(top => top >= most);
    }

    private static readonly double[] NiceFactors = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10];
}
