namespace HubSpotMonitor.Local.Simulation.Traffic;

/// <summary>
/// Random numbers that depend on nothing but their key (the SplitMix64 generator), so that any minute of any account can be
/// computed at any time and gives the same count, also after a restart.
/// </summary>
internal struct Draw(int seed, int source, long instant)
{
    // Above this the normal curve is as good as the exact method, and much faster.
    private const double ManyCalls = 40;

    private ulong _state = Mix(Mix(Mix((uint)seed) + (uint)source) + (ulong)instant);

    /// <summary>Between 0 and 1, never 0.</summary>
    public double Unit()
    {
        _state += 0x9E3779B97F4A7C15;
        return ((Mix(_state) >> 11) + 1) / 9007199254740993d;
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>A count of independent calls that are <paramref name="mean"/> on average.</summary>
    public int Count(double mean)
    {
        if (mean <= 0)
            return 0;
        if (mean > ManyCalls)
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        var count = 0;
        for (var product = Unit(); product > Math.Exp(-mean); product *= Unit())
            count++;
        return count;
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
