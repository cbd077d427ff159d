namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>Numbers as an SVG's attributes take them.</summary>
internal static class Svg
{
    /// <summary><c>41.25%</c>. Of a share, so that a place stays where it is at every width.</summary>
    public static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.##}%");
}
