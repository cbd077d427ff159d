namespace HubSpotMonitor.Detection.Series;

/// <summary>How widely each scale's sums scatter around what was expected of them, for each half hour of the day at which they end.</summary>
internal sealed class Scatter
{
    private const int PerDay = WeekProfile.SlotsPerDay;

    /// <summary>A batch that begins an hour late now and then must widen the hours beside its own.</summary>
    private const int Neighbours = 2;

    /// <summary>A half hour of the day has few sums of its own: so many of all half hours are added.</summary>
    private const double Shared = 20;

    /// <summary>The largest of a hundred are left out, twice: incidents are among them.</summary>
    private const double Outliers = 0.02;

    private const int Needed = 20;
    private const double Unknown = 2;

    /// <summary>The median square of a normal deviation is 0.455.</summary>
    private const double MedianSquare = 0.455;

    private readonly float[] _deviations = new float[CountScale.All.Count * PerDay];

    public Span<float> Deviations => _deviations;

    /// <summary>In Poisson standard deviations, at least 1.</summary>
    public double Of(int scale, int slotOfDay) => Math.Max(1, _deviations[(scale * PerDay) + slotOfDay]);

    /// <summary>Of a part of a half hour: what it scatters beyond Poisson shrinks with its share.</summary>
    public double OfPart(int scale, int slotOfDay, double share)
    {
        var whole = Of(scale, slotOfDay);
        return Math.Sqrt(1 + (((whole * whole) - 1) * Math.Min(1, share)));
    }

    public void Learn(HalfHours history, Func<int, double> expected)
    {
        for (var scale = 0; scale < CountScale.All.Count; scale++) Learn(scale, Squares(history, CountScale.All[scale], expected));
    }

    // Anscombe's transform makes a Poisson count's scatter 1, whatever its mean.
    internal static double Deviation(double seen, double expected) => 2 * (Math.Sqrt(seen + 0.375) - Math.Sqrt(expected + 0.375));

    private void Learn(int scale, List<(int SlotOfDay, double Square)> squares)
    {
        var row = Deviations.Slice(scale * PerDay, PerDay);
        var all = Sorted(squares.Select(square => square.Square));
        if (all.Count < Needed)
        {
            row.Fill((float)Unknown);
            return;
        }
        if (CountScale.All[scale].IsOfDays)
        {
            row.Fill((float)Math.Sqrt(Math.Max(1, all[all.Count / 2] / MedianSquare)));
            return;
        }
        var shared = Trimmed(all).Sum() / Trimmed(all).Count;
        var bySlot = squares.ToLookup(square => square.SlotOfDay, square => square.Square);
        for (var slot = 0; slot < PerDay; slot++)
        {
            var near = Trimmed(
                Sorted(Enumerable.Range(slot - Neighbours, (2 * Neighbours) + 1).SelectMany(other => bySlot[(other + PerDay) % PerDay])));
            row[slot] = (float)Math.Sqrt(Math.Max(1, (near.Sum() + (Shared * shared)) / (near.Count + Shared)));
        }
    }

    // LINQ's Order compares keys through their indexes: that was the largest single cost of a fit.
    private static List<double> Sorted(IEnumerable<double> values)
    {
        List<double> sorted = [.. values];
        sorted.Sort();
        return sorted;
    }

    private static List<double> Trimmed(List<double> sorted) => sorted[..(int)Math.Ceiling(sorted.Count * (1 - Outliers))];

    private static List<(int SlotOfDay, double Square)> Squares(HalfHours history, CountScale scale, Func<int, double> expected)
    {
        List<(int, double)> squares = [];
        var (seen, middle, minutes) = (0d, 0d, 0d);
        for (var index = history.Oldest; index < history.Last; index++)
        {
            seen += Seen(index);
            middle += expected(index);
            minutes += history[index].Minutes;
            if (index - scale.HalfHours >= history.Oldest)
            {
                seen -= Seen(index - scale.HalfHours);
                middle -= expected(index - scale.HalfHours);
                minutes -= history[index - scale.HalfHours].Minutes;
            }
            // Where nothing was counted nothing was expected: it would look like a sum that was exactly as expected.
            if (index - scale.HalfHours + 1 < history.Oldest || !HalfHours.Covers(minutes, scale.HalfHours)) continue;
            var deviation = Deviation(Math.Max(0, seen), Math.Max(0, middle));
            squares.Add((index % PerDay, deviation * deviation));
        }
        return squares;

        double Seen(int index) => scale.UsesCalm ? history[index].Calm : history[index].Seen;
    }
}
