namespace HubSpotMonitor.Detection.Series;

/// <summary>The largest deviation of each of the last four weeks' days: what happens every week is no news, however rare it is among thousands of counts.</summary>
internal sealed class DailyMaxima
{
    private const int Days = 28;
    private const int Needed = 7;

    private readonly float[] _largest = new float[Days];
    private int _day;
    private int _known;

    /// <summary>A deviation so large was reached on fewer than this share of the days before today; 0 while too few days are known.</summary>
    public double ReachedOn(double share)
    {
        if (_known <= Needed) return 0;
        Span<float> sorted = stackalloc float[Days];
        _largest.CopyTo(sorted);
        sorted[_day % Days] = 0;
        sorted.Sort();
        return sorted[Days - 1 - (int)(share * (_known - 1))];
    }

    public void Learn(int day, double deviation)
    {
        for (; _day < day; _known = Math.Min(Days, _known + 1))
        {
            if (day - _day > Days) _day = day - Days;
            _largest[++_day % Days] = 0;
        }
        _largest[_day % Days] = Math.Max(_largest[_day % Days], (float)deviation);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_day);
        writer.Write(_known);
        foreach (var value in _largest) writer.Write(value);
    }

    public void Read(BinaryReader reader)
    {
        (_day, _known) = (reader.ReadInt32(), reader.ReadInt32());
        for (var day = 0; day < Days; day++) _largest[day] = reader.ReadSingle();
    }
}
