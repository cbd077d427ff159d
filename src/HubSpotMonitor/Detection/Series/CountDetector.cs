using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Series;

/// <summary>
/// Watches one series of counts as they come. Sums over nine lengths of time, from one reading to three days, are each held against
/// what the learned week explains, scaled by how such sums scatter at that time of day, and calibrated on the series' own past.
/// Never looks ahead; the same series gives the same verdicts, also when it is put away and taken up again between two counts.
/// </summary>
/// <param name="clock">The account's clock.</param>
/// <param name="strictness">What the needed deviation is multiplied by: 1 is usual; 0.8 tells more.</param>
public sealed partial class CountDetector(AccountClock clock, double strictness = 1)
{
    /// <summary>Two of every weekday, counted: before that a Monday cannot be told from a Sunday, and no alarm is raised.</summary>
    public static readonly TimeSpan Warmup = TimeSpan.FromDays(14);

    /// <summary>From here on there is a model, for the page.</summary>
    private static readonly TimeSpan FirstFit = TimeSpan.FromDays(6);

    /// <summary>A model of a single week is wider off than it will be: its deviations are no measure.</summary>
    private static readonly TimeSpan RankFrom = TimeSpan.FromDays(12);

    /// <summary>So long after an alarm counts are taken to be a part of what it told.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromHours(3);

    /// <summary>A rise that stayed away for longer is over.</summary>
    internal static readonly TimeSpan RisePause = TimeSpan.FromMinutes(45);

    /// <summary>A silence in which calls came for longer is over.</summary>
    internal static readonly TimeSpan SilencePause = TimeSpan.FromHours(1);

    /// <summary>Over longer intervals a count is right but its shape is unknown: short scales say nothing.</summary>
    private static readonly TimeSpan GapAfter = TimeSpan.FromMinutes(75);

    /// <summary>What is not counted beside this is the minutes around midnight, when the counter starts again.</summary>
    private static readonly TimeSpan PauseAfter = TimeSpan.FromMinutes(30);

    private const int DayScale = 6;
    // A deployment comes in waves; each of them is no news.
    private const double SlowRestHours = 72;
    private const double HourMinutes = 60;
    private const double DayMinutes = 24 * HourMinutes;

    private readonly HalfHours _history = new();
    private readonly CountModel _model = new();
    private readonly TailCalibration[] _up = [.. CountScale.All.Select(_ => new TailCalibration())];
    private readonly TailCalibration[] _down = [.. CountScale.All.Select(_ => new TailCalibration())];
    private readonly DailyMaxima[] _maxima = [.. CountScale.All.Select(_ => new DailyMaxima())];
    private readonly RankCalibration _rank = new();
    private readonly RestRule _fastRest = new(TimeSpan.FromHours(6));
    private readonly RestRule _slowRest = new(TimeSpan.FromHours(SlowRestHours));
    private readonly RestRule _silenceRest = new(TimeSpan.FromHours(12));
    private readonly Incident _rise = new(TimeSpan.FromHours(2));
    private readonly Incident _surplus = new(TimeSpan.FromDays(2));
    private readonly Incident _silence = new(TimeSpan.FromHours(2));
    private readonly List<RecentCount> _recent = [];
    private readonly LevelShift _shift = new();
    private IReadOnlySet<int> _muted = new HashSet<int>();
    private double _step;
    private int _fittedDay;
    private TimeSpan _paused;
    private DateTimeOffset _silentUntil = DateTimeOffset.MinValue;

    /// <summary>When the live shape of the week was fitted; null while there is none.</summary>
    public DateTimeOffset? FittedAt => _model.Profile is null ? null : HalfHours.Start(_model.FittedAt, clock);

    /// <summary>How good the live shape is; null while there is none.</summary>
    public ModelQuality? Quality => FittedAt is not { } since ? null : new(since, CountModel.MedianError(_history),
        _model.TrialAt == 0 ? null : new(HalfHours.Start(_model.TrialAt, clock), _model.TrialPromoted, _model.TrialCandidate, _model.TrialLive));

    /// <summary>How much has been learned from. Pauses teach nothing.</summary>
    public TimeSpan History => Last - First - _paused;

    /// <summary>How much of that is still known: the last four weeks at most.</summary>
    public TimeSpan Known => TimeSpan.FromMinutes((double)HalfHours.Minutes * _history.Measured);

    /// <summary>The start of the first count taken.</summary>
    public DateTimeOffset First { get; private set; }

    /// <summary>The end of the last count taken.</summary>
    public DateTimeOffset Last { get; private set; }

    public bool IsShifted => _shift.IsOn;

    /// <summary>The last surplus told did not end: it lasted so long that it is what is expected now.</summary>
    public bool IsLevel => _shift.IsLevel;

    /// <summary>When each kind of alarm was last raised, however long ago; also when it was last seen to go on.</summary>
    public DateTimeOffset LastRise => _fastRest.Last;

    public DateTimeOffset LastSlowRise => _slowRest.Last;

    public DateTimeOffset LastSilence => _silentUntil > _silenceRest.Last ? _silentUntil : _silenceRest.Last;

    /// <summary>How widely a day's sum scatters around its expectation, as a share of it.</summary>
    public double DaySpread(double expected) => expected <= 0 ? 1 : Math.Min(1, _model.Scatter.Of(DayScale, 0) / Math.Sqrt(expected));

    /// <summary>Calls per minute expected at an instant; null while there is no model.</summary>
    public double? Rate(DateTimeOffset at) =>
        _model.Profile is null ? null : _model.Rate(HalfHours.Split(at, at.AddSeconds(1), clock)[0].Number) * _shift.Factor;

    /// <summary>Counts a minute that the watch itself makes. They go on when all else has stopped, so silence is judged without them.</summary>
    public double OwnRate { get; set; }

    /// <summary>A detector some of whose scales are never heard, to see what each is worth.</summary>
    internal static CountDetector Without(AccountClock clock, params int[] scales) => new(clock) { _muted = scales.ToHashSet() };

    /// <summary>Takes the next count. One that reaches into what was taken before is not taken again.</summary>
    /// <param name="since">The start of its interval, never before the end of the last one.</param>
    /// <param name="at">The end of its interval.</param>
    /// <param name="value">What was counted.</param>
    public CountVerdict Next(DateTimeOffset since, DateTimeOffset at, double value)
    {
        var minutes = (at - since).TotalMinutes;
        if (minutes <= 0 || IsKnown(since)) return CountVerdict.Nothing;
        if (Last == default) (First, _step) = (since, minutes);
        else if ((since - Last).Duration() >= PauseAfter) _paused += since - Last; // back, too, where a clock was set right
        Last = at;
        _step += 0.02 * (minutes - _step);
        var parts = HalfHours.Split(since, at, clock);
        if (parts[0].Number / WeekProfile.SlotsPerDay != _fittedDay && History >= FirstFit) Refit(parts[0].Number);

        var count = Store(parts, new RecentCount(at.UtcTicks, minutes, value, 0));
        if (_model.Profile is null) return CountVerdict.Nothing;
        var slotOfDay = parts[^1].Number % WeekProfile.SlotsPerDay;
        var quiet = parts.Average(part => _model.Rate(part.Number)) < 0.35 * _model.MeanRate;
        var scatter = PartScatter(parts, count);
        var expectation = Expect(count, scatter);
        var climb = Climb();
        var isShifted = _shift.IsOn;
        var voices = Listen(at, slotOfDay, at - since > GapAfter, scatter);
        if (IsQuiet(at, voices, isShifted)) _rank.Learn(Scatter.Deviation(count.Seen, count.Expected) / scatter);
        var incident = Tell(voices, count);
        Remember(voices, count);
        return new(expectation, voices)
        {
            QuietHour = quiet,
            OfMeanRate = value / minutes / Math.Max(_model.MeanRate, 1e-6),
            Climb = climb,
            IsShifted = isShifted,
            Since = incident?.Since,
            Excess = incident?.Excess ?? 0,
            Peak = incident?.Peak ?? 0,
            Factor = incident?.Factor ?? 0,
            IsWithoutOwn = OwnRate > 0,
        };
    }

    // Far back, a clock was set right, and the watch must go on.
    private bool IsKnown(DateTimeOffset since) => Last - since > TimeSpan.FromSeconds(1) && Last - since < TimeSpan.FromHours(1);

    // What is told as an incident is no measure of quiet counts; left out by time, not by size, or the ranks would be too low.
    private bool IsQuiet(DateTimeOffset at, List<CountVoice> voices, bool isShifted) =>
        History >= RankFrom && voices.Count == 0 && !isShifted && at - _fastRest.Last > Aftermath && at - _silenceRest.Last > Aftermath;

    private void Refit(int now)
    {
        _fittedDay = now / WeekProfile.SlotsPerDay;
        _rank.Fade();
        _expected.Fade();
        _model.Refit(_history, _shift.IsOn ? _shift.Since : _history.Last);
    }

    private RecentCount Store(List<HalfHourPart> parts, RecentCount count)
    {
        var calm = count.Seen;
        if (_model.Profile is not null)
        {
            count = count with { Expected = parts.Sum(part => _model.Rate(part.Number) * part.Minutes) * _shift.Factor };
            var edge = Math.Sqrt(count.Expected + 0.375) + (CalmDeviations * PartScatter(parts, count) / 2);
            calm = Math.Min(count.Seen, Math.Max((edge * edge) + 0.5, CalmRise * count.Expected));
        }
        foreach (var part in parts)
        {
            var share = part.Minutes / count.Minutes;
            ref var halfHour = ref _history.At(part.Number);
            halfHour.Counted += (float)(count.Seen * share);
            halfHour.Seen += (float)(count.Seen * share);
            halfHour.Calm += (float)(calm * share);
            halfHour.Minutes += (float)part.Minutes;
            if (_model.Profile is not null) halfHour.Expected += (float)(_model.Rate(part.Number) * part.Minutes * _shift.Factor);
        }
        _recent.Add(count);
        _recent.RemoveAll(old => old.At <= count.At.AddHours(-2));
        return count;
    }

    private double PartScatter(List<HalfHourPart> parts, RecentCount count)
    {
        var half = _model.Rate(parts[^1].Number) * HalfHours.Minutes * _shift.Factor;
        var isLong = count.Minutes > HalfHours.Minutes;
        return _model.Scatter.OfPart(
            isLong ? HourScale : 0, parts[^1].Number % WeekProfile.SlotsPerDay, isLong ? 1 : count.Expected / Math.Max(half, 1e-6));
    }

    private Expectation Expect(RecentCount count, double scatter)
    {
        var deviation = Scatter.Deviation(count.Seen, count.Expected) / scatter;
        var (low, high) = _rank.Total < TailCalibration.Needed ? (-1.645, 1.645) : (_rank.At(0.95), _rank.At(0.05));
        var expectation = new Expectation(
            Edge(count.Expected, low * scatter), count.Expected, Edge(count.Expected, high * scatter), _rank.Tail(deviation));
        return expectation;
    }

    private double Climb()
    {
        if (_recent.Count < 2) return 1;
        var (before, now) = (_recent[^2], _recent[^1]);
        var (excessBefore, excess) = (before.Seen - before.Expected, now.Seen - now.Expected);
        return excessBefore > before.Expected ? excess / now.Minutes / (excessBefore / before.Minutes) : 1;
    }

    private static double Edge(double expected, double deviation)
    {
        var root = Math.Max(0, Math.Sqrt(expected + 0.375) + (deviation / 2));
        return Math.Max(0, (root * root) - 0.375);
    }
}

/// <summary>One of the latest counts.</summary>
/// <param name="Ticks">The end of its interval, in UTC ticks: a plain number can be put away as it lies in memory.</param>
/// <param name="Minutes">The length of its interval.</param>
/// <param name="Seen">Counted.</param>
/// <param name="Expected">Expected.</param>
internal readonly record struct RecentCount(long Ticks, double Minutes, double Seen, double Expected)
{
    public DateTimeOffset At => new(Ticks, TimeSpan.Zero);

    public DateTimeOffset Since => At.AddMinutes(-Minutes);
}
