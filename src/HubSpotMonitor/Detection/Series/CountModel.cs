namespace HubSpotMonitor.Detection.Series;

/// <summary>What was learned of a series of counts: the shape of its week, its present level and how it scatters.</summary>
internal sealed partial class CountModel
{
    /// <summary>What is older than this counts half in the shape of the week.</summary>
    private const double HalfLife = 14 * WeekProfile.SlotsPerDay;

    private const int LevelDays = 5;
    private const int Day = WeekProfile.SlotsPerDay;

    /// <summary>A new model may explain the last day this much worse than the live one: less is chance.</summary>
    private const double Tolerance = 1.05;

    /// <summary>But a model is not kept longer than this for want of a better one.</summary>
    private const int KeptAtMost = 7 * Day;

    /// <summary>From fewer no shape is fitted: after a long pause that of the weeks before it says more.</summary>
    private const int FewestMeasured = 5 * Day;

    /// <summary>
    /// Nor, of a series that is older than that, from less than a whole week beside the
    /// day that tries it: no weekend would be known. The level goes on being learned.
    /// </summary>
    private const int WeekAndTrial = 8 * Day;

    /// <summary>A day that has brought less than this share of what was expected so far shows as a holiday.</summary>
    private const double HolidayBelow = 0.4;

    /// <summary>But not before this share of the day's calls was expected: a batch may be late.</summary>
    private const double HolidayFrom = 0.3;
    private const double FewestOfHoliday = 12;
    private const double LeastOfHoliday = 0.1;
    private const double HolidaysAtMost = 0.1;

    public WeekProfile? Profile { get; set; }

    /// <summary>The present level, as a factor on the shape.</summary>
    public double Level { get; set; } = 1;

    public Scatter Scatter { get; } = new();

    /// <summary>The half hour in which the live shape was fitted.</summary>
    public int FittedAt { get; set; }

    /// <summary>Expected per minute over the whole week.</summary>
    public double MeanRate => Profile!.Mean * Level;

    /// <summary>Expected per minute in a half hour.</summary>
    public double Rate(int halfHour) => Profile!.Rates[HalfHours.Slot(halfHour)] * Level;

    /// <summary>
    /// What a half hour is expected to bring of its rate on a day that shows as a holiday by what it brought before; 1 on any other day.
    /// </summary>
    /// <param name="history">The last weeks.</param>
    /// <param name="halfHour">It.</param>
    /// <param name="own">Counts a minute that come on holidays, too.</param>
    public double HolidayShare(HalfHours history, int halfHour, double own = 0)
    {
        var ofDay = 0d;
        for (var index = halfHour / Day * Day; index < (halfHour / Day * Day) + Day; index++)
            ofDay += Math.Max(0, Rate(index) - own) * HalfHours.Minutes;
        var (share, expected) = ShareUntil(history, halfHour, own);
        if (expected < Math.Max(FewestOfHoliday, HolidayFrom * ofDay) || share >= HolidayBelow) return 1;
        // Where many days begin so, it is the way of the series and says nothing of the rest of the day.
        var (alike, days) = (0, 0);
        for (var before = halfHour - Day; history.Holds(before - Day); before -= Day)
        {
            var (then, known) = ShareUntil(history, before, own);
            if (known <= 0) continue;
            days++;
            if (then < HolidayBelow) alike++;
        }
        return alike > HolidaysAtMost * days ? 1 : Math.Max(LeastOfHoliday, share);
    }

    private (double Share, double Expected) ShareUntil(HalfHours history, int halfHour, double own)
    {
        var (seen, expected) = (0d, 0d);
        for (var index = halfHour / Day * Day; index < halfHour; index++)
        {
            if (!history.Holds(index)) continue;
            seen += history[index].Counted - (own * history[index].Minutes);
            expected += Math.Max(0, Rate(index) - own) * history[index].Minutes;
        }
        return (expected <= 0 ? 1 : Math.Max(0, seen / expected), expected);
    }

    /// <summary>
    /// Fits a new shape to all but the last day; it goes live unless it explains that day worse than the live one. While too little of the last
    /// weeks was counted all stays as it was.
    /// </summary>
    /// <param name="history">The last weeks.</param>
    /// <param name="levelUntil">What is later is not taken for the level: it is under suspicion.</param>
    public void Refit(HalfHours history, int levelUntil)
    {
        if (history.Measured < FewestMeasured) return;
        if (history.Measured >= Math.Min(WeekAndTrial, 0.9 * (history.Last - history.First)))
        {
            var candidate = Shape(history, Profile is null ? history.Last : history.Last - Day);
            if (Profile is null || IsPromoted(history, candidate)) (Profile, FittedAt) = (candidate, history.Last);
        }
        if (Profile is null) return;
        Level = LevelOf(history, Profile, levelUntil);
        Scatter.Learn(history, index => history[index].Expected > 0 ? history[index].Expected : Rate(index) * history[index].Minutes);
    }

    private bool IsPromoted(HalfHours history, WeekProfile candidate)
    {
        (TrialAt, TrialCandidate, TrialLive) = (history.Last, Strain(history, candidate), Strain(history, Profile!));
        TrialPromoted = history.Last - FittedAt >= KeptAtMost || TrialCandidate <= Tolerance * TrialLive;
        return TrialPromoted;
    }

    private static WeekProfile Shape(HalfHours history, int until)
    {
        var (counts, minutes) = (new double[WeekProfile.Slots], new double[WeekProfile.Slots]);
        for (var index = history.Oldest; index < until; index++)
        {
            var weight = Math.Pow(0.5, (history.Last - index) / HalfLife);
            counts[HalfHours.Slot(index)] += weight * history[index].Calm;
            minutes[HalfHours.Slot(index)] += weight * history[index].Minutes;
        }
        return WeekProfile.Fit(counts, minutes);
    }

    // Each shape is given its own best level, so that shapes are compared.
    private static double Strain(HalfHours history, WeekProfile shape)
    {
        var level = LevelOf(history, shape, history.Last - Day);
        var (strain, known) = (0d, 0);
        for (var index = history.Last - Day; index < history.Last; index++)
        {
            if (!history.Holds(index) || history[index].Minutes <= 0) continue;
            var deviation = Scatter.Deviation(history[index].Calm, shape.Rates[HalfHours.Slot(index)] * level * history[index].Minutes);
            strain += Math.Min(25, deviation * deviation);
            known++;
        }
        return (strain + 1) / Math.Max(1, known);
    }

    // The median day of the last five: one odd day moves nothing, three days of a new level do.
    private static double LevelOf(HalfHours history, WeekProfile shape, int until)
    {
        List<double> days = [];
        for (var day = 1; day <= LevelDays; day++)
        {
            var (seen, expected, known) = (3d, 3d, 0);
            for (var index = until - (day * Day); index < until - ((day - 1) * Day); index++)
            {
                if (!history.Holds(index) || history[index].Minutes <= 0) continue;
                seen += history[index].Calm;
                expected += shape.Rates[HalfHours.Slot(index)] * history[index].Minutes;
                known++;
            }
            if (known >= 40) days.Add(seen / expected);
        }
        days.Sort();
        return days.Count < 3 ? 1 : Math.Clamp(days[days.Count / 2], 0.4, 2.5);
    }
}
