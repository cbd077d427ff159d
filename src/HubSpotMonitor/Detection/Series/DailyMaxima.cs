namespace HubSpotMonitor.Detection.Series;

/// <summary>
/// The largest deviation of each of the last four weeks' days: what happens every week is no news, however rare it is among thousands of counts.
/// </summary>
internal sealed class DailyMaxima
{
    private const int Days = 28;

    private readonly float[] _largest = new float[Days];
    private int _day;

    /// <summary>
    /// A deviation so large was reached on fewer than this share of the four weeks before today. Days before the first count are among them, as
    /// days on which nothing stood out: a young series has too few of its own, and the largest of those hid what was to be found.
    /// </summary>
    public double ReachedOn(double share)
    {
        Span<float> sorted = stackalloc float[Days];
        _largest.CopyTo(sorted);
        sorted[_day % Days] = 0;
        sorted.Sort();
        return sorted[Days - 1 - (int)(share * (Days - 1))];
    }

    public void Learn(int day, double deviation)
    {
        while (_day < day)
        {
            if (day - _day > Days) _day = day - Days;
            _largest[++_day % Days] = 0;
        }
        _largest[_day % Days] = Math.Max(_largest[_day % Days], (float)deviation);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_day);
        writer.Write(Days);
        foreach (var value in _largest) writer.Write(value);
    }

    public void Read(BinaryReader reader)
    {
        // All days count, whatever the block holds of how many are known.
        (_day, _) = (reader.ReadInt32(), reader.ReadInt32());
        for (var day = 0; day < Days; day++) _largest[day] = reader.ReadSingle();
    }
}
