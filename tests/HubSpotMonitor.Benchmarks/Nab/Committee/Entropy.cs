namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How unlike all earlier histograms that of the latest window is: relative entropy against a library that grows.</summary>
internal sealed class Entropy : IMember
{
    private const int Window = 52;
    private const int Bins = 5;
    private const int LibraryMost = 200;

    /// <summary>The chi-square of four degrees at 5 %, half as much again: beyond it a histogram is new.</summary>
    private const double NewFrom = 9.49 * 1.5;

    private readonly Queue<double> _window = new();
    private readonly List<(double[] Shares, int Seen)> _library = [];
    private double _low = double.MaxValue;
    private double _high = double.MinValue;

    public double? Judge(DateTimeOffset at, double value)
    {
        (_low, _high) = (Math.Min(_low, value), Math.Max(_high, value));
        _window.Enqueue(value);
        if (_window.Count > Window) _window.Dequeue();
        if (_window.Count < Window || _high <= _low) return null;

        var shares = new double[Bins];
        foreach (var one in _window) shares[Math.Min(Bins - 1, (int)((one - _low) / (_high - _low) * Bins))] += 1d / Window;
        var (nearest, distance) = (-1, double.MaxValue);
        for (var index = 0; index < _library.Count; index++)
        {
            var other = Distance(shares, _library[index].Shares);
            if (other < distance) (nearest, distance) = (index, other);
        }
        if (_library.Count == 0 || 2 * Window * distance > NewFrom)
        {
            if (_library.Count < LibraryMost) _library.Add((shares, 1));
            return _library.Count == 1 ? 0 : distance;
        }
        var (known, seen) = _library[nearest];
        _library[nearest] = (known, seen + 1);
        return distance / Math.Sqrt(seen + 1);
    }

    private static double Distance(double[] shares, double[] known)
    {
        var distance = 0d;
        for (var bin = 0; bin < Bins; bin++)
        {
            if (shares[bin] > 0) distance += shares[bin] * Math.Log(shares[bin] / Math.Max(known[bin], 0.5 / Window));
        }
        return distance;
    }
}
