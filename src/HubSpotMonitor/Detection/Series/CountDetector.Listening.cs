namespace HubSpotMonitor.Detection.Series;

/// <summary>The scales, one after the other.</summary>
public sealed partial class CountDetector
{
    private const int HourScale = 2;

    /// <summary>What sticks out further is cut there before it counts for long scales.</summary>
    private const double CalmDeviations = 1.5;

    /// <summary>But never so low that a steady surplus is cut away count by count.</summary>
    private const double CalmRise = 1.5;

    /// <summary>Alarms a week that a scale's own past would give: rarer is asked of it. Long scales have too little past of their own.</summary>
    private const double RisesPerWeek = 6;

    private const double FastRise = 1.6;
    private const double NearbyRise = 2;
    private const double SlowRise = 1.2;

    /// <summary>What the latest readings reach on more than this share of days is no news: campaigns and batches come back.</summary>
    private const double UsualDays = 0.1;

    /// <summary>An opinion of tiny counts is worth no alarm.</summary>
    private const double SmallestExcess = 5;

    private const int HourInHalfHours = 2;
    private const double WeekMinutes = 7 * DayMinutes;

    private List<CountVoice> Listen(DateTimeOffset at, int slotOfDay, bool isGap, double lastScatter)
    {
        List<CountVoice> voices = [];
        for (var index = 0; index < CountScale.All.Count; index++)
        {
            var scale = CountScale.All[index];
            if (_muted.Contains(index) || _step > scale.UsualUntil.TotalMinutes || (isGap && !scale.IsOfDays)) continue;
            if (Sum(scale) is not { } sum) continue;
            var scatter = scale.Readings switch
            {
                1 => lastScatter,
                > 1 => _model.Scatter.OfPart(
                    index, slotOfDay, sum.Expected / Math.Max(_model.Rate(_history.Last) * HalfHours.Minutes * _shift.Factor, 1e-6)),
                _ => _model.Scatter.Of(index, slotOfDay),
            };
            if (HearRise(index, scale, sum, scatter, at) is { } rise) voices.Add(rise);
            if (scale.Silence > 0 && HearSilence(index, scale, sum, scatter, at) is { } silence) voices.Add(silence);
        }
        return voices;
    }

    private CountVoice? HearRise(int index, CountScale scale, CountSum sum, double scatter, DateTimeOffset at)
    {
        var deviation = Scatter.Deviation(sum.Seen, sum.Expected) / scatter;
        var raw = Math.Max(0, deviation);
        var usual = scale.Kind is ScaleKind.Readings ? _maxima[index].ReachedOn(UsualDays) : 0;
        var bar = Math.Max(usual, scale.Deviation * strictness * _expected.OfRise(HalfHours.Slot(_history.Last), sum.Seen / sum.Minutes));
        var isHigh = deviation > bar
            && sum.Seen > (scale.IsSlow ? SlowRise : FastRise) * sum.Expected
            && sum.Seen - sum.Expected > SmallestExcess
            && (scale.Kind is not ScaleKind.Readings || sum.Seen > NearbyRise * MostNearby() * sum.Minutes)
            && !(scale.Kind is ScaleKind.Seen && IsMoved(sum, scale.HalfHours));
        var needed = NeededScore(scale, RisesPerWeek);
        var score = isHigh ? _up[index].Score(raw) : 0;
        var fires = isHigh && (scale.IsSlow || score >= needed) && History >= Warmup;
        // An alarm must not make the next one rarer.
        if (scale.Kind is ScaleKind.Readings)
            _maxima[index].Learn(_history.Last / WeekProfile.SlotsPerDay, fires ? Math.Min(deviation, bar) : deviation);
        _up[index].Learn(fires && !scale.IsSlow ? Math.Min(raw, _up[index].RawAt(needed)) : raw);
        return fires && (scale.IsSlow ? _slowRest : _fastRest).Admits(at, deviation) ? new(index, deviation, score, sum.Seen, sum.Expected) : null;
    }

    // Where the latest readings of a short scale begin.
    private DateTimeOffset StartOf(CountScale scale)
    {
        var first = _recent[^1];
        foreach (var count in Latest(scale)) first = count;
        return first.Since;
    }

    private double NeededScore(CountScale scale, double perWeek) =>
        Math.Log10(WeekMinutes / Math.Max(_step, scale.Kind is ScaleKind.Readings ? _step : HalfHours.Minutes) / perWeek);

    private CountSum? Sum(CountScale scale) => scale.Kind is ScaleKind.Readings ? SumOfReadings(scale) : SumOfHalfHours(scale);

    private CountSum SumOfReadings(CountScale scale)
    {
        var sum = new CountSum(0, 0, 0);
        foreach (var count in Latest(scale)) sum = new(sum.Seen + count.Seen, sum.Expected + count.Expected, sum.Minutes + count.Minutes);
        return sum;
    }

    // Latest first.
    private IEnumerable<RecentCount> Latest(CountScale scale)
    {
        var from = _recent[^1].At.AddMinutes(-HourMinutes - 2);
        for (var index = _recent.Count - 1; index >= 0; index--)
        {
            var count = _recent[index];
            if (scale.Readings == 0 ? count.Since < from : _recent.Count - index > scale.Readings) yield break;
            yield return count;
        }
    }

    private CountSum? SumOfHalfHours(CountScale scale)
    {
        var sum = new CountSum(0, 0, 0);
        for (var index = _history.Last; index > _history.Last - scale.HalfHours && _history.Holds(index); index--)
        {
            ref var halfHour = ref _history[index];
            sum = new(sum.Seen + (scale.UsesCalm ? halfHour.Calm : halfHour.Seen), sum.Expected + halfHour.Expected, sum.Minutes + halfHour.Minutes);
        }
        return HalfHours.Covers(sum.Minutes, scale.HalfHours) ? sum : null;
    }

    // A batch may run an hour early or late: what is usual then is nothing to speak of now.
    private double MostNearby() => EndsNearby().Max(_model.Rate) * _shift.Factor;

    // So does every batch that goes by UTC when the account's clocks change.
    private bool IsMoved(CountSum sum, int halfHours)
    {
        var nearby = EndsNearby().Max(end => UsualOf(end, halfHours)) * _shift.Factor;
        return nearby > NearbyRise * sum.Expected && sum.Seen <= FastRise * nearby;
    }

    private double UsualOf(int end, int halfHours) =>
        Enumerable.Range(end - halfHours + 1, halfHours).Sum(_model.Rate) * HalfHours.Minutes;

    private IEnumerable<int> EndsNearby() => Enumerable.Range(_history.Last - HourInHalfHours, (2 * HourInHalfHours) + 1);

    private readonly record struct CountSum(double Seen, double Expected, double Minutes);
}
