namespace HubSpotMonitor.Detection.Series;

/// <summary>A surplus that has been told: from then on it is expected, until it ends or becomes the level.</summary>
internal sealed class LevelShift
{
    private const int Day = WeekProfile.SlotsPerDay;
    private const int KeptFor = 4 * Day;
    private const int FirstLook = 6;
    private const int Looks = 12;
    private const double Largest = 3;

    public double Factor { get; set; } = 1;

    /// <summary>The half hour in which it was told.</summary>
    public int Since { get; set; }

    public bool IsOn => Factor > 1;

    public void Begin(HalfHours history, double factor, int halfHours)
    {
        factor = Math.Clamp(factor, 1, Largest);
        for (var index = history.Last; index > history.Last - halfHours && history.Holds(index); index--) history[index].Expected *= (float)factor;
        (Factor, Since) = (Factor * factor, history.Last);
    }

    /// <summary>Looks whether it is over.</summary>
    /// <returns>True when it lasted so long that the level must be learned anew.</returns>
    public bool IsOver(HalfHours history)
    {
        if (!IsOn || history.Last < Since + FirstLook) return false;
        var (seen, usual) = (0d, 0d);
        for (var index = history.Last; index > Math.Max(history.Last - Looks, Since) && history.Holds(index); index--)
        {
            seen += history[index].Calm;
            usual += history[index].Expected / Factor;
        }
        var lasted = history.Last > Since + KeptFor;
        if (lasted || (usual >= 8 && seen / usual < Math.Sqrt(Factor))) Factor = 1;
        return lasted;
    }
}
