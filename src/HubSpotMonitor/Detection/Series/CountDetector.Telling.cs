namespace HubSpotMonitor.Detection.Series;

/// <summary>What an alarm leaves behind: the incident that it is of, and sums that do not tell it again.</summary>
public sealed partial class CountDetector
{
    // What was assumed of a surplus told before is a part of that surplus, and of no rise above it.
    private Incident? Tell(List<CountVoice> voices, RecentCount count)
    {
        _rise.Add(count.At, count.Seen - count.Expected);
        foreach (var incident in (Incident[])[_surplus, _silence]) incident.Add(count.At, count.Seen - (count.Expected / _shift.Factor));
        if (voices.Count == 0) return null;
        var lead = CountVoice.Lead(voices);
        var scale = CountScale.All[lead.Scale];
        var since = scale.HalfHours > HourInHalfHours ? count.At.AddMinutes(-HalfHours.Minutes * scale.HalfHours) : StartOf(scale);
        var told = lead.IsSilence ? _silence : lead.IsSlow ? _surplus : _rise;
        told.Tell(since, count.At, lead.Seen - lead.Expected, PerHour(lead, scale, count), lead.Factor);
        return told;
    }

    // Of a burst the latest count shows most clearly how large it is now; one that was told is taken out of those before it.
    private double PerHour(CountVoice lead, CountScale scale, RecentCount count) => HourMinutes * (scale.Kind is ScaleKind.Readings
        ? (count.Seen - count.Expected) / count.Minutes
        : (lead.Seen - (lead.Expected / (lead.IsSlow ? _shift.Factor : 1))) / (HalfHours.Minutes * scale.HalfHours));

    // Beside a batch, counts scatter so widely that a rise told before it is not told anew: while they stay as high, it is not over.
    // Nor is it after a time that could not be read and in which they were.
    private bool GoesOn(RecentCount count) =>
        (count.Minutes > GapAfter.TotalMinutes ? count.Since : count.At) - _fastRest.Last <= RisePause && count.At - _rise.Told <= Aftermath
        && count.Seen > FastRise * count.Expected && count.Seen - count.Expected > SmallestExcess;

    // At night hardly anything is expected, and sums are no news: a silence is over when calls come again, and not when none is due.
    private bool IsStillSilent(RecentCount count) =>
        count.Since - LastSilence <= SilencePause && IsHardlyAny(count) && (_model.MeanRate - OwnRate) * DayMinutes >= SilentFrom;

    private void Remember(IReadOnlyList<CountVoice> voices, RecentCount count)
    {
        // What has been told is taken out, so that longer scales do not tell it again.
        if (voices.Any(voice => voice is { IsSilence: false, IsSlow: false }) || GoesOn(count))
        {
            _fastRest.Prolong(count.At);
            for (var index = 0; index < _recent.Count; index++)
                _recent[index] = _recent[index] with { Seen = Math.Min(_recent[index].Seen, _recent[index].Expected) };
            _history.Calm(6);
        }
        if (IsStillSilent(count)) _silentUntil = count.At;
        var slow = voices.Where(voice => voice.IsSlow).MaxBy(voice => voice.Seen / voice.Expected);
        if (slow is not null) _shift.Begin(_history, CountScale.All[slow.Scale].HalfHours);
        else if (_shift.HasBecomeLevel(_history)) _fittedDay = 0; // the new level is learned from now on
    }
}
