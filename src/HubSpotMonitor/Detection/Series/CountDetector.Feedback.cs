namespace HubSpotMonitor.Detection.Series;

/// <summary>What people say of alarms.</summary>
public sealed partial class CountDetector
{
    /// <summary>A job that was expected at ten may come at nine or at eleven.</summary>
    private const int SparedAround = 2;

    private readonly ExpectedHours _expected = new();

    /// <summary>
    /// A person said that what happened then was expected. At these hours of the week, an hour before to an hour after, more deviation
    /// is needed from now on, twice as much at first; that falls back by half every four weeks. Five times what was marked is told all the same.
    /// What was marked is no longer learned from.
    /// </summary>
    /// <param name="from">When it began; no more than the four weeks that are kept, or nothing is known of it and nothing changes.</param>
    /// <param name="to">When it ended.</param>
    /// <param name="isSilence">
    /// Calls that stayed away were expected, not calls that came. The sum does not tell: a pause is caught up, and beside a surplus less came than
    /// the surplus was taken to be.
    /// </param>
    public void MarkExpected(DateTimeOffset from, DateTimeOffset to, bool isSilence)
    {
        var end = to < Last ? to : Last;
        if (_model.Profile is null || from >= end || end - from > TimeSpan.FromDays(28)) return;
        var parts = HalfHours.Split(from, end, clock);
        var (first, last) = (Math.Max(parts[0].Number, _history.Oldest), parts[^1].Number);
        var (expected, highest) = (0d, 0d);
        for (var index = first; index <= last; index++)
        {
            if (!_history.Holds(index) || _history[index].Minutes <= 0) continue;
            ref var halfHour = ref _history[index];
            expected += halfHour.Expected;
            highest = Math.Max(highest, halfHour.Counted / halfHour.Minutes);
            halfHour.Calm = Math.Min(halfHour.Calm, halfHour.Expected);
        }
        if (expected <= 0) return;
        _expected.Mark(first - SparedAround, last + SparedAround, isSilence ? null : highest);
    }

    /// <summary>
    /// The person took that back: at these hours of the week no more deviation is needed than was before anybody called something there expected.
    /// What was marked is not learned from all the same.
    /// </summary>
    /// <param name="from">When it began.</param>
    /// <param name="to">When it ended.</param>
    public void Unmark(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to) return;
        // To its end, however much of it was known when it was marked: all that was marked is among it.
        var parts = HalfHours.Split(from, to, clock);
        _expected.Unmark(parts[0].Number - SparedAround, parts[^1].Number + SparedAround);
    }
}
