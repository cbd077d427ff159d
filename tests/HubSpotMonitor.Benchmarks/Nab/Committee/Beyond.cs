namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How far outside all that was ever seen, in ranges.</summary>
internal sealed class Beyond : IMember
{
    private double _low = double.MaxValue;
    private double _high = double.MinValue;

    public double? Judge(DateTimeOffset at, double value)
    {
        var isFirst = _low > _high;
        var range = Math.Max(_high - _low, 1e-9 * Math.Max(1, Math.Abs(_high)));
        var outside = Math.Max(0, Math.Max(value - _high, _low - value));
        (_low, _high) = (Math.Min(_low, value), Math.Max(_high, value));
        return isFirst ? null : outside / range;
    }
}
