using System.Text.RegularExpressions;

namespace HubSpotMonitor.Benchmarks.All;

/// <summary>A page with places for figures: <c>{{poll}}</c>.</summary>
internal static partial class BenchmarksTemplate
{
    /// <exception cref="InvalidOperationException">
    /// A place is left without a figure, or a figure without a place: half a page is not written.
    /// </exception>
    public static string Fill(string template, IReadOnlyDictionary<string, string> figures)
    {
        var places = Place().Matches(template).Select(place => place.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        if (!places.SetEquals(figures.Keys))
        {
            throw new InvalidOperationException(
                $"The template and the figures differ in: {string.Join(", ", places.Except(figures.Keys).Concat(figures.Keys.Except(places)))}.");
        }
        return Place().Replace(template, place => figures[place.Groups[1].Value]);
    }

    [GeneratedRegex(@"\{\{([a-z-]+)\}\}")]
    private static partial Regex Place();
}
