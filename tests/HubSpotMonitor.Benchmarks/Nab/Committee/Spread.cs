namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How much more than usual the series moves from value to value.</summary>
internal sealed class Spread : IMember
{
    private const int Short = 12;
    private const int Long = 288;
    private const int Needed = 20;

    private double _last;
    private double _short;
    private double _long;
    private int _seen;

    public double? Judge(DateTimeOffset at, double value)
    {
        var step = Math.Abs(value - _last);
        _last = value;
        if (_seen++ == 0) return null;
        if (_seen <= Needed)
        {
            _short += (step - _short) / (_seen - 1);
            _long += (step - _long) / (_seen - 1);
            return null;
        }
        _short += (step - _short) / Short;
        var ratio = _short / (_long + 1e-12);
        _long += (step - _long) / Math.Min(_seen, Long);
        return ratio > 1 ? ratio : 0;
    }
}
