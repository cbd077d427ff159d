using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Series;

/// <summary>One half hour of the account's clock.</summary>
internal struct HalfHour
{
    /// <summary>Counted, whatever came of it.</summary>
    public float Counted;

    /// <summary>The same without what has been told.</summary>
    public float Seen;

    /// <summary>Without what stuck out, told or not: a burst must not look like a slow drain a day later, nor become normal.</summary>
    public float Calm;

    /// <summary>What was expected when it was judged; 0 before there was a model.</summary>
    public float Expected;

    /// <summary>Minutes that were counted.</summary>
    public float Minutes;
}

/// <summary>The last four weeks in half hours: all that a model is fitted from.</summary>
internal sealed class HalfHours
{
    public const int Kept = 28 * WeekProfile.SlotsPerDay;
    public const int Minutes = 30;

    private readonly HalfHour[] _ring = new HalfHour[Kept];

    public Span<HalfHour> Ring => _ring;

    /// <summary>The number of the present half hour since 1970 on the account's clock.</summary>
    public int Last { get; set; } = -1;

    public int First { get; set; } = -1;

    /// <summary>The oldest that is still kept.</summary>
    public int Oldest => Math.Max(First, Last - Kept + 1);

    /// <summary>How many of those kept were counted at all: while nothing could be read there was nothing to count.</summary>
    public int Measured
    {
        get
        {
            var measured = 0;
            for (var index = Math.Max(0, Oldest); index <= Last; index++) if (this[index].Minutes > 0) measured++;
            return measured;
        }
    }

    public ref HalfHour this[int index] => ref _ring[index % Kept];

    public bool Holds(int index) => index <= Last && index >= First && index > Last - Kept;

    /// <summary>Enough of these half hours was counted to speak of their sum.</summary>
    public static bool Covers(double minutes, int halfHours) => minutes >= 0.8 * halfHours * Minutes;

    /// <summary>The half hour with this number; a new one begins empty.</summary>
    public ref HalfHour At(int index)
    {
        if (Last < 0) (First, Last, _ring[index % Kept]) = (index, index, default);
        while (Last < index) _ring[++Last % Kept] = default;
        return ref this[Math.Max(index, Last - Kept + 1)];
    }

    /// <summary>The half hour of the week: 1 January 1970 was a Thursday.</summary>
    public static int Slot(int number) => (number + (4 * WeekProfile.SlotsPerDay)) % WeekProfile.Slots;

    /// <summary>When a half hour began.</summary>
    public static DateTimeOffset Start(int number, AccountClock clock)
    {
        var local = DateTime.UnixEpoch.AddMinutes(number * 30L);
        return new DateTimeOffset(
                DateTime.SpecifyKind(local, DateTimeKind.Unspecified),
                clock.Zone.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)))
            .ToUniversalTime();
    }

    /// <summary>The half hours that an interval touches, with the minutes in each. An hour lived twice falls twice into the same.</summary>
    public static List<HalfHourPart> Split(DateTimeOffset since, DateTimeOffset at, AccountClock clock)
    {
        List<HalfHourPart> parts = [];
        var (time, end) = (clock.Local(since).DateTime, clock.Local(since).DateTime + (at - since));
        while (time < end)
        {
            var number = (int)((time - DateTime.UnixEpoch).Ticks / (30 * TimeSpan.TicksPerMinute));
            var next = DateTime.UnixEpoch.AddMinutes((number + 1) * 30L);
            if (next > end) next = end;
            parts.Add(new(number, (next - time).TotalMinutes));
            time = next;
        }
        return parts;
    }

    /// <summary>Takes what stuck out of the latest half hours.</summary>
    public void Calm(int halfHours)
    {
        for (var index = Last; index > Last - halfHours && Holds(index); index--)
        {
            ref var halfHour = ref this[index];
            halfHour.Seen = Math.Min(halfHour.Seen, halfHour.Expected);
            halfHour.Calm = Math.Min(halfHour.Calm, halfHour.Expected);
        }
    }

    /// <summary>
    /// Raises what was counted until then to a level that came later, so that the days before and after it tell one shape of the week.
    /// </summary>
    public void Raise(int until, double factor)
    {
        for (var index = Oldest; index <= until; index++)
        {
            ref var halfHour = ref this[index];
            halfHour.Counted *= (float)factor;
            halfHour.Seen *= (float)factor;
            halfHour.Calm *= (float)factor;
            halfHour.Expected *= (float)factor;
        }
    }
}

/// <summary>The minutes of an interval that fall into one half hour.</summary>
internal readonly record struct HalfHourPart(int Number, double Minutes);
