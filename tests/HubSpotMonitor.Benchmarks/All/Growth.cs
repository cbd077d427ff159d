using System.Globalization;

namespace HubSpotMonitor.Benchmarks.All;

/// <param name="Work">How much there was to do, in any unit.</param>
/// <param name="Cost">What it took, in any unit.</param>
internal sealed record GrowthPoint(double Work, double Cost);

/// <summary>
/// How a cost grows as the work grows: its slope where both are drawn by their logarithms. 1 is linear, 2 is quadratic, 0 costs nothing more.
/// </summary>
internal static class Growth
{
    /// <summary>
    /// A step above this is called worse than linear. Below it lie the machine's own differences between two measurements of the same.
    /// </summary>
    public const double WorseThanLinear = 1.15;

    public static double Exponent(GrowthPoint from, GrowthPoint to) => Math.Log(to.Cost / from.Cost) / Math.Log(to.Work / from.Work);

    /// <summary>The slope of every step, the smallest work first.</summary>
    public static IReadOnlyList<double> Exponents(IReadOnlyList<GrowthPoint> points) => [.. points.Zip(points.Skip(1), Exponent)];

    /// <summary>The table, and below it the reason if a step is worse than linear.</summary>
    /// <param name="work">What is counted.</param>
    /// <param name="cost">What it costs, with its unit.</param>
    /// <param name="points">At least two, the smallest work first.</param>
    /// <param name="reason">Why it would be worse than linear; null: no reason is known.</param>
    public static string Table(string work, string cost, IReadOnlyList<GrowthPoint> points, string? reason = null)
    {
        var exponents = Exponents(points);
        var rows = points.Select((point, index) => (IReadOnlyList<string>)
        [
            Text($"{point.Work:N0}"),
            Number(point.Cost),
            Number(point.Cost / point.Work),
            index == 0 ? "" : Text($"× {point.Work / points[index - 1].Work:0.#}"),
            index == 0 ? "" : Text($"× {point.Cost / points[index - 1].Cost:0.0}"),
            index == 0 ? "" : Text($"{exponents[index - 1]:0.00}"),
        ]);
        var table = MarkdownTable.Of([work, cost, "each", "work", "cost", "exponent"], rows);
        var worst = exponents.Max();
        if (worst <= WorseThanLinear) return table;
        return Text($"{table}\n\n**Worse than linear** (exponent up to {worst:0.00}): {reason ?? "why is not known."}");
    }

    /// <summary>Three digits that mean something, whatever the size.</summary>
    internal static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 100 => Text($"{value:N0}"),
        >= 10 => Text($"{value:0.0}"),
        >= 1 => Text($"{value:0.00}"),
        _ => value.ToString($"F{2 - (int)Math.Floor(Math.Log10(Math.Abs(value)))}", CultureInfo.InvariantCulture),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
