namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>What a usual deviation is in this series: from quartiles, and from the range of all but the rarest where quartiles see nothing.</summary>
internal sealed class RobustScale
{
    private const int Kept = 512;
    private const int MostSkipped = 16;
    private const int Renewed = 16;

    private readonly float[] _kept = new float[Kept];
    private int _count;
    private int _seen;
    private int _skip = 1;
    private int _fresh;

    public double Deviation { get; private set; } = 1;

    public void Learn(double value)
    {
        // The longer the series, the further apart the values that are kept.
        if (_seen++ % _skip != 0) return;
        _kept[_count++ % Kept] = (float)value;
        if (_count % Kept == 0 && _skip < MostSkipped) _skip *= 2;
        if (++_fresh < Renewed && _count >= 64) return;
        _fresh = 0;
        var sorted = _kept[..Math.Min(_count, Kept)];
        Array.Sort(sorted);
        var quartiles = (sorted[Math.Min(sorted.Length - 1, 3 * sorted.Length / 4)] - sorted[sorted.Length / 4]) / 1.35;
        var range = (sorted[(int)(sorted.Length * 0.98)] - sorted[(int)(sorted.Length * 0.02)]) / 4.1;
        Deviation = Math.Max(Math.Max(quartiles, range / 2), 1e-9);
    }
}
