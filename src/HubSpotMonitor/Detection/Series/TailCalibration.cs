namespace HubSpotMonitor.Detection.Series;

/// <summary>
/// Turns a raw value of any unit into how rare it is among those before it, so that unlike values can be added and compared.
/// Keeps counts in bins of a 32nd of a doubling, not the values: a few kilobytes, whatever the length of the series.
/// </summary>
public sealed class TailCalibration
{
    /// <summary>Before that many values nothing is said.</summary>
    public const int Needed = 100;

    /// <summary>No series is long enough to say more: one in a hundred million.</summary>
    public const double Cap = 8;

    private const int Bins = 1024;
    private const int PerOctave = 32;
    private const int Forget = 20_000;
    private const double TailShare = 0.02;

    private readonly int[] _counts = new int[Bins];
    private int _total;
    private double _largest;

    /// <summary>-log10 of the share of earlier values at least as large; beyond the largest fiftieth by an exponential tail.</summary>
    /// <param name="raw">At least 0; the larger, the stranger.</param>
    public double Score(double raw)
    {
        if (_total < Needed || raw <= 0) return 0;
        var share = ShareAbove(Bin(raw));
        if (share < TailShare) share = Tail(raw, share);
        return Math.Min(Cap, -Math.Log10(Math.Max(share, 1e-12)));
    }

    /// <summary>The raw value at which <see cref="Score"/> reaches a score.</summary>
    public double RawAt(double score)
    {
        var (low, high) = (0, (Bins - 1) * 16);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Score(Math.Pow(2, (middle / 16d / PerOctave) - 16)) >= score) high = middle;
            else low = middle + 1;
        }
        return Math.Pow(2, (low / 16d / PerOctave) - 16);
    }

    public void Learn(double raw)
    {
        _counts[raw <= 0 ? 0 : Bin(raw)]++;
        _largest = Math.Max(_largest, raw);
        if (++_total > Forget) Halve();
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(_total);
        writer.Write(_largest);
        foreach (var count in _counts) writer.Write7BitEncodedInt(count);
    }

    internal void Read(BinaryReader reader)
    {
        (_total, _largest) = (reader.ReadInt32(), reader.ReadDouble());
        for (var bin = 0; bin < Bins; bin++) _counts[bin] = reader.Read7BitEncodedInt();
    }

    private double ShareAbove(int bin)
    {
        var above = _counts[bin] * 0.5;
        for (var index = bin + 1; index < Bins; index++) above += _counts[index];
        return above / _total;
    }

    private double Tail(double raw, double share)
    {
        var (edge, above, sum) = (Bins - 1, 0, 0d);
        for (; edge > 0 && above + _counts[edge] <= TailShare * _total; edge--)
        {
            above += _counts[edge];
            sum += _counts[edge] * Value(edge);
        }
        var start = Value(edge);
        if (above == 0) (above, sum) = (1, Value(Bin(_largest)));
        var excess = Math.Max((sum / above) - start, start * 0.02);
        var tail = (double)above / _total * Math.Exp(-Math.Max(0, raw - start) / excess);
        return raw <= _largest ? Math.Max(Math.Min(share, tail), 1d / (_total + 1)) : Math.Min(tail, 1d / (_total + 1));
    }

    private void Halve()
    {
        _total = 0;
        for (var bin = 0; bin < Bins; bin++) _total += _counts[bin] /= 2;
    }

    private static int Bin(double raw) => Math.Clamp((int)Math.Floor((Math.Log2(raw) + 16) * PerOctave), 0, Bins - 1);

    private static double Value(int bin) => bin == 0 ? 0 : Math.Pow(2, ((bin + 0.5) / PerOctave) - 16);
}
