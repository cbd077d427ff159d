namespace HubSpotMonitor.Detection.Series;

/// <summary>A surplus that has been told: from then on it is expected, until it ends or becomes the level.</summary>
internal sealed class LevelShift
{
    private const int KeptFor = 4 * WeekProfile.SlotsPerDay;
    private const int FirstLook = 12;

    /// <summary>Half a day: in fewer hours a small surplus is often not to be seen, and taken to be over it would be told again.</summary>
    private const int Looks = 24;

    private const double Largest = 3;

    /// <summary>
    /// So much above what was usual, a surplus is still there, however large it was told: a sum that has just become large enough to be told
    /// makes it look larger than it is, and an ordinary half day of it would look like its end.
    /// </summary>
    private const double StillThere = 1.1;

    public double Factor { get; set; } = 1;

    /// <summary>The half hour in which it was told.</summary>
    public int Since { get; set; }

    public bool IsOn => Factor > 1;

    /// <summary>The last one did not end: it became the level.</summary>
    public bool IsLevel { get; set; }

    /// <summary>A sum of so many half hours told it.</summary>
    public void Begin(HalfHours history, int halfHours)
    {
        // A sum is told as soon as it is large enough, when only a part of it has the surplus: how large that is, its latest half shows.
        var (seen, expected) = (0d, 0d);
        foreach (var index in Latest(history, halfHours / 2))
        {
            seen += history[index].Seen;
            expected += history[index].Expected;
        }
        var factor = expected <= 0 ? 1 : Math.Clamp(seen / expected, 1, Largest);
        foreach (var index in Latest(history, halfHours / 2)) history[index].Expected *= (float)factor;
        (Factor, Since, IsLevel) = (Factor * factor, history.Last, false);
    }

    /// <summary>Looks whether it is over, or lasted so long that it is the level.</summary>
    /// <returns>True when it has become the level, which must be learned anew.</returns>
    public bool HasBecomeLevel(HalfHours history)
    {
        if (!IsOn || history.Last < Since + FirstLook) return false;
        if (history.Last > Since + KeptFor)
        {
            history.Raise(Since, Factor);
            (Factor, IsLevel) = (1, true);
            return true;
        }
        var looked = Math.Min(Looks, history.Last - Since);
        var (seen, usual) = (0d, 0d);
        foreach (var index in Latest(history, looked))
        {
            seen += history[index].Calm;
            usual += history[index].Expected / Factor;
        }
        if (usual < 8 || seen / usual >= Math.Min(StillThere, Math.Sqrt(Factor))) return false;
        // It ended before it was seen to end: without this the hours between would look like silence.
        foreach (var index in Latest(history, looked)) history[index].Expected /= (float)Factor;
        Factor = 1;
        return false;
    }

    private static IEnumerable<int> Latest(HalfHours history, int halfHours) =>
        Enumerable.Range(history.Last - halfHours + 1, halfHours).Where(history.Holds);
}
