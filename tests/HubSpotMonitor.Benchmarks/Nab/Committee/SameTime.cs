namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>How far from the median of the same time of earlier days or weeks.</summary>
/// <param name="ofWeek">Whether a Monday is compared with Mondays only.</param>
internal sealed class SameTime(bool ofWeek) : IMember
{
    private const int StepsNeeded = 20;
    private const int StepsKept = 50;
    private const int ValuesKept = 14;

    /// <summary>A part of the series' own scale: where days are alike to the digit, a digit is no news.</summary>
    private const double Ground = 0.3;

    private readonly Dictionary<int, List<float>> _slots = [];
    private readonly List<double> _steps = [];
    private readonly RobustScale _scale = new();
    private readonly int _needed = ofWeek ? 2 : 3;
    private readonly double _shortest = ofWeek ? 30 : 5;
    private DateTimeOffset _last;

    public double? Judge(DateTimeOffset at, double value)
    {
        _scale.Learn(value);
        if (_last != default && _steps.Count < StepsKept) _steps.Add((at - _last).TotalMinutes);
        _last = at;
        if (_steps.Count < StepsNeeded) return null;
        var slot = Slot(at);
        if (!_slots.TryGetValue(slot, out var values)) _slots[slot] = values = [];
        var deviation = values.Count < _needed ? (double?)null : Deviation(values, value);
        values.Add((float)value);
        if (values.Count > ValuesKept) values.RemoveAt(0);
        return deviation;
    }

    private int Slot(DateTimeOffset at)
    {
        var step = Median([.. _steps]);
        var perDay = Math.Max(1, (int)Math.Round(1440 / Math.Max(step, _shortest)));
        var slot = (int)(at.UtcDateTime.TimeOfDay.TotalMinutes / 1440 * perDay);
        return ofWeek ? slot + (perDay * (int)at.UtcDateTime.DayOfWeek) : slot;
    }

    private double Deviation(List<float> values, double value)
    {
        var median = Median([.. values.Select(one => (double)one)]);
        var spread = 1.4826 * Median([.. values.Select(one => Math.Abs(one - median))]);
        return Math.Abs(value - median) / (spread + (Ground * _scale.Deviation));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle] + values[middle - 1]) / 2;
    }
}
