using System.Numerics;
using System.Runtime.InteropServices;

namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How unlike all earlier windows the latest one is: the distance to its nearest neighbour.</summary>
/// <param name="width">Values in a window.</param>
internal sealed class Nearest(int width) : IMember
{
    private const int Kept = 4096;
    private const int Needed = 64;

    private readonly List<float> _past = [];
    private readonly RobustScale _scale = new();

    public double? Judge(DateTimeOffset at, double value)
    {
        _scale.Learn(value);
        _past.Add((float)value);
        if (_past.Count > 2 * Kept) _past.RemoveRange(0, _past.Count - Kept);
        var past = CollectionsMarshal.AsSpan(_past)[Math.Max(0, _past.Count - Kept)..];
        var candidates = past.Length - (2 * width);
        return past.Length < Needed || candidates < 1 ? null : Math.Sqrt(Smallest(past, past[^width..], candidates) / width) / _scale.Deviation;
    }

    private static float Smallest(ReadOnlySpan<float> past, ReadOnlySpan<float> latest, int candidates)
    {
        var (smallest, start) = (float.MaxValue, 0);
        var several = new Vector<float>(float.MaxValue);
        for (; start + Vector<float>.Count <= candidates; start += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var lag = 0; lag < latest.Length; lag++)
            {
                var difference = new Vector<float>(past.Slice(start + lag, Vector<float>.Count)) - new Vector<float>(latest[lag]);
                sum += difference * difference;
            }
            several = Vector.Min(several, sum);
        }
        for (var lane = 0; lane < Vector<float>.Count; lane++) smallest = Math.Min(smallest, several[lane]);
        for (; start < candidates; start++)
        {
            var sum = 0f;
            for (var lag = 0; lag < latest.Length; lag++) sum += (past[start + lag] - latest[lag]) * (past[start + lag] - latest[lag]);
            smallest = Math.Min(smallest, sum);
        }
        return smallest;
    }
}
