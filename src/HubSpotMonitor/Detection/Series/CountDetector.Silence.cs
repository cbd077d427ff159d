namespace HubSpotMonitor.Detection.Series;

/// <summary>Too little. A sum is silent when it is rare on the series' own past, or when no earlier day was nearly as quiet at this time.</summary>
public sealed partial class CountDetector
{
    private const double SilencesPerWeek = 2.5;

    /// <summary>Silent is: less than a twelfth of what was expected, and enough was expected.</summary>
    private const double SilentShare = 0.08;
    private const double SilentFrom = 12;

    /// <summary>An earlier day with less than this share of what was expected of it was quiet, too.</summary>
    private const double QuietShare = 0.25;

    /// <summary>So many earlier days must be known, each with at least half as much to expect.</summary>
    private const int QuietDaysNeeded = 10;

    /// <summary>Standard deviations below expectation from which it is looked for on earlier days.</summary>
    private const double NovelDeviation = 1.5;

    private CountVoice? HearSilence(int index, CountScale scale, CountSum sum, double scatter, DateTimeOffset at)
    {
        // A raised level that was only assumed must not make its end look like silence, nor a holiday's quiet afternoon.
        var holiday = _model.HolidayShare(_history, _history.Last - Math.Max(HourInHalfHours, scale.HalfHours) + 1, OwnRate);
        var own = OwnRate * sum.Minutes;
        var seen = Math.Max(0, sum.Seen - own);
        var expected = holiday * Math.Max(0, (Math.Min(sum.Expected, ExpectedAnHourAgo(scale)) / Math.Max(1, _shift.Factor)) - own);
        // They scatter with the others.
        var deviation = Scatter.Deviation(sum.Seen, expected + own) / scatter;
        var raw = Math.Max(0, -deviation);
        var raised = strictness * _expected.OfSilence(HalfHours.Slot(_history.Last));
        var isLow = seen <= SilentShare * expected
            && expected >= SilentFrom
            && sum.Minutes >= HourMinutes - 1
            && IsHardlyAny(_recent[^1]);
        var needed = NeededScore(scale, SilencesPerWeek);
        var score = isLow ? _down[index].Score(raw) : 0;
        var isSilent = isLow
            && ((score >= needed && deviation < -scale.Silence * raised) || (deviation < -NovelDeviation * raised && IsNovelSilence(scale)));
        var fires = isSilent && History >= Warmup;
        _down[index].Learn(fires ? Math.Min(raw, _down[index].RawAt(needed)) : raw);
        return fires && _silenceRest.Admits(at, -deviation) ? new(index, deviation, score, seen, expected) : null;
    }

    private bool IsHardlyAny(RecentCount count)
    {
        var own = OwnRate * count.Minutes;
        return count.Seen - own <= (0.35 * Math.Max(0, count.Expected - own)) + 1;
    }

    // The scatter of a series of batches or campaigns is made by its surpluses and hides silences: the days themselves do not.
    // An hour sooner or later, none of them was nearly as quiet.
    private bool IsNovelSilence(CountScale scale)
    {
        var length = Math.Max(HourInHalfHours, scale.HalfHours);
        var expected = ExpectedOf(_history.Last, length);
        var days = 0;
        for (var end = _history.Last - WeekProfile.SlotsPerDay; _history.Holds(end - length - HourInHalfHours); end -= WeekProfile.SlotsPerDay)
        {
            var then = ExpectedOf(end, length);
            if (then < 0.5 * expected || !IsCounted(end + HourInHalfHours, length + (2 * HourInHalfHours))) continue;
            for (var shift = -HourInHalfHours; shift <= HourInHalfHours; shift++)
                if (CountedUntil(end + shift, length) < QuietShare * then) return false;
            days++;
        }
        return days >= QuietDaysNeeded;
    }

    private double ExpectedOf(int end, int length)
    {
        var expected = 0d;
        for (var index = end; index > end - length; index--) expected += Math.Max(0, _model.Rate(index) - OwnRate);
        return expected * HalfHours.Minutes;
    }

    // A pause of the watch is no quiet day.
    private bool IsCounted(int end, int length)
    {
        var minutes = 0d;
        for (var index = end; index > end - length; index--) minutes += _history[index].Minutes;
        return HalfHours.Covers(minutes, length);
    }

    private double CountedUntil(int end, int length)
    {
        var counted = 0d;
        for (var index = end; index > end - length; index--) counted += _history[index].Counted - (OwnRate * _history[index].Minutes);
        return counted;
    }

    private double ExpectedAnHourAgo(CountScale scale)
    {
        var expected = 0d;
        var end = _history.Last - HourInHalfHours;
        for (var index = end; index > end - Math.Max(1, scale.HalfHours) && _history.Holds(index); index--) expected += _history[index].Expected;
        return expected;
    }
}
