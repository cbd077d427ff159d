namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How far the mean of the latest values has moved from the mean before.</summary>
internal sealed class Drift : IMember
{
    private const int Latest = 20;
    private const int Before = 200;
    private const int Needed = 50;

    private readonly List<double> _values = [];

    public double? Judge(DateTimeOffset at, double value)
    {
        _values.Add(value);
        if (_values.Count > Latest + Before) _values.RemoveAt(0);
        if (_values.Count < Latest + Needed) return null;
        var before = _values[..^Latest];
        var mean = before.Average();
        var deviation = Math.Sqrt(before.Average(one => (one - mean) * (one - mean))) + 1e-9;
        return Math.Abs(_values[^Latest..].Average() - mean) / deviation;
    }
}
