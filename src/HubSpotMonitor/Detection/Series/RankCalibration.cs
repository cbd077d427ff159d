namespace HubSpotMonitor.Detection.Series;

/// <summary>How often a deviation as large as this one was seen before: a probability that is right whatever the distribution.</summary>
internal sealed class RankCalibration
{
    private const int Bins = 1024;
    private const double PerUnit = 32;
    private const double Lowest = -8;
    private const double TailShare = 0.02;
    private const double Smallest = 1e-12;

    /// <summary>Kept from one day to the next: a young model's deviations are wider than an older one's, and must be forgotten.</summary>
    private const double KeptPerDay = 0.9;

    /// <summary>Fewer are too few to say what one in a hundred is: then nothing is forgotten.</summary>
    private const double Fewest = 500;

    private readonly float[] _counts = new float[Bins];

    public double Total { get; private set; }

    /// <summary>
    /// The share of earlier deviations at least as large; within a bin half of it. Beyond the largest fiftieth an exponential tail.
    /// </summary>
    public double Tail(double deviation)
    {
        if (Total < TailCalibration.Needed) return NormalTail(deviation);
        var bin = IndexOf(deviation);
        var above = _counts[bin] * 0.5;
        for (var index = bin + 1; index < Bins; index++) above += _counts[index];
        return above / Total >= TailShare ? above / Total : BeyondTail(deviation);
    }

    /// <summary>The deviation that so large a share lies above.</summary>
    public double At(double tail)
    {
        var above = 0d;
        var index = Bins - 1;
        for (; index > 0 && above + _counts[index] < tail * Total; index--) above += _counts[index];
        return Middle(index);
    }

    public void Learn(double deviation)
    {
        _counts[IndexOf(deviation)]++;
        Total++;
    }

    /// <summary>Once a day: what is older counts less.</summary>
    public void Fade()
    {
        if (Total * KeptPerDay < Fewest) return;
        Total *= KeptPerDay;
        for (var bin = 0; bin < Bins; bin++) _counts[bin] *= (float)KeptPerDay;
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Total);
        foreach (var count in _counts) writer.Write(count);
    }

    internal void Read(BinaryReader reader)
    {
        Total = reader.ReadDouble();
        for (var bin = 0; bin < Bins; bin++) _counts[bin] = reader.ReadSingle();
    }

    private double BeyondTail(double deviation)
    {
        var (above, sum, index) = (0d, 0d, Bins - 1);
        for (; index > 0 && above < TailShare * Total; index--)
        {
            above += _counts[index];
            sum += _counts[index] * Middle(index);
        }
        var start = Middle(index + 1) - (0.5 / PerUnit);
        var excess = Math.Max(0.05, (sum / above) - start);
        return Math.Max(Smallest, above / Total * Math.Exp(-Math.Max(0, deviation - start) / excess));
    }

    // Until there is a past to rank in: the logistic curve closest to the normal distribution's.
    private static double NormalTail(double deviation) => 1 / (1 + Math.Exp((1.5976 * deviation) + (0.07056 * Math.Pow(deviation, 3))));

    private static int IndexOf(double deviation) => Math.Clamp((int)Math.Floor((deviation - Lowest) * PerUnit), 0, Bins - 1);

    private static double Middle(int bin) => ((bin + 0.5) / PerUnit) + Lowest;
}
