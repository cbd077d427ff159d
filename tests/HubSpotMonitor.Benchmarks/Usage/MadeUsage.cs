using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;
using MathNet.Numerics.Distributions;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>
/// Five weeks of an account after two to learn from, made for the kinds of the usage benchmark but with other sizes, shapes, scatter and zones:
/// nothing was tuned on them. Holidays, deployments, campaigns and gaps are ordinary life; alerts there are false. The seed decides all.
/// </summary>
internal sealed class MadeUsage
{
    private const int Days = 49;

    // A Monday.
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddDays(Days);
    private static readonly string[] Zones = ["America/Los_Angeles", "Europe/Helsinki", "Asia/Tokyo"];

    private readonly Random _random;
    private readonly MadeKind _kind;
    private readonly AccountClock _clock;
    private readonly double[] _usual;
    private readonly double[] _times;
    private readonly double[] _extra;
    private readonly bool[] _isMissed;
    private readonly double _busy;
    private readonly List<UsageEvent> _events = [];

    private MadeUsage(MadeKind kind, int seed)
    {
        (_kind, _random) = (kind, new(seed));
        // Hourly counts are of UTC's hours, as the benchmark's are.
        _clock = kind.Every < TimeSpan.FromHours(1) ? AccountClock.FromName(Zones[_random.Next(Zones.Length)]) : AccountClock.Utc;
        _usual = Usual();
        (_times, _extra, _isMissed) = ([.. _usual.Select(_ => 1d)], new double[_usual.Length], new bool[_usual.Length]);
        _busy = _usual.Order().ElementAt(_usual.Length * 39 / 40);
    }

    /// <param name="kind">Of account.</param>
    /// <param name="seed">Another one, another account.</param>
    /// <param name="withEvents">Whether thefts and failures are planted, each kind once.</param>
    public static (UsageSeries Series, UsageTruth Truth) Make(MadeKind kind, int seed, bool withEvents)
    {
        var made = new MadeUsage(kind, seed);
        made.Live();
        if (withEvents)
        {
            foreach (var type in kind.Events) made.Plant(type);
        }
        return (new($"{kind.Name} {seed}", made._clock, [.. made.Counts()]), new(Start + CountDetector.Warmup, End, made._events));
    }

    // What is expected of each interval on an ordinary day.
    private double[] Usual()
    {
        var busy = Between(Math.Log(_kind.Least), Math.Log(_kind.Most), Math.Exp) * _kind.Every.TotalHours;
        var (noon, width, night, weekend) = (Between(12, 15), Between(2.2, 4.2), Between(0.005, 0.15), Between(0.1, 0.5));
        var (begins, lasts, trend) = (Between(0.5, 5), Between(1, 3), Between(-0.003, 0.006));
        var days = Enumerable.Range(0, Days + 2)
            .Select(day => (Size: (1 + (trend * day)) * LogNormal.Sample(_random, 0, _kind.DaySpread), Late: Normal.Sample(_random, 0, 0.25)))
            .ToList();
        return [.. Enumerable.Range(0, (int)((End - Start) / _kind.Every)).Select(index =>
        {
            var local = _clock.Local(Start + (index * _kind.Every));
            var (hour, day) = (local.TimeOfDay.TotalHours, days[(local.Date - Start.Date).Days + 1]);
            var isFree = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            return busy * day.Size * _kind.Shape switch
            {
                DayShape.Flat => 1,
                DayShape.Batch => hour - begins - day.Late is var since && since >= 0 && since < lasts ? 1 : 0.00003,
                _ => (isFree ? weekend : 1) * (night + ((1 - night) * Math.Exp(-0.5 * Math.Pow((hour - noon) / width, 2)))),
            };
        })];
    }

    private void Live()
    {
        if (_kind.HasCampaigns)
        {
            foreach (var day in Enumerable.Range(0, Days).Where(day => day % 7 < 5 && _random.NextDouble() < 0.4))
                Campaign(Midnight(day).AddHours(Between(8.5, 14)));
        }
        for (var holidays = _random.Next(1, 3); holidays > 0; holidays--)
        {
            var day = Midnight(_random.Next(10, 45));
            Multiply(day, day.AddDays(1), _kind.Shape is DayShape.Office ? Between(0.05, 0.35) : 1);
        }
        for (var deployments = _random.Next(3); deployments > 0; deployments--)
            Multiply(Sometime(16, 44), End, _random.Next(2) == 0 ? Between(0.6, 0.8) : Between(1.2, 1.8));
        for (var outages = _random.Next(3); outages > 0; outages--)
        {
            var from = Sometime(15, 47);
            foreach (var index in Within(from, from.AddHours(Between(1, 4)))) _isMissed[index] = true;
        }
    }

    // It begins at once and fades away over hours.
    private void Campaign(DateTimeOffset from)
    {
        var (hours, factor) = (Between(3, 16), Math.Min(120, Pareto.Sample(_random, 10, 1.3)));
        foreach (var index in Within(from, from.AddHours(hours)))
            _times[index] *= 1 + ((factor - 1) * Math.Exp(-4 * (At(index) - from).TotalHours / hours));
    }

    private void Plant(string type)
    {
        var (least, most) = type switch
        {
            "exfil_burst" => (0.5, 2d),
            "off_hours" => (1.5, 4d),
            "retry_storm" => (0.75, 3.2),
            "credential_reuse" => (9d, 48d),
            "low_and_slow" => (60d, 112d),
            _ => (4d, 24d),
        };
        // A place where it can be seen at all, and apart from the others; after enough tries it is left out.
        for (var tries = 0; tries < 300; tries++)
        {
            var from = Sometime(14.3, Days - 1.5);
            var to = from + TimeSpan.FromHours(Math.Max(Between(least, most), 3 * _kind.Every.TotalHours));
            var places = Within(from, to).ToList();
            var expected = places.Average(index => _usual[index] * _times[index]);
            var isPlace = type switch
            {
                "off_hours" => expected < 0.35 * _usual.Average(),
                "sudden_silence" or "credential_reuse" => expected * places.Count > 15,
                _ => true,
            };
            if (to > End || _isMissed[places[^1]] || !isPlace || _events.Any(item => from < item.End.AddHours(14) && to > item.Start.AddHours(-14)))
                continue;
            Change(type, places);
            _events.Add(new(type, from, to));
            return;
        }
    }

    private void Change(string type, List<int> places)
    {
        var (burst, storm, added) = (Between(4, 20), Between(6, 30), Between(0.3, 0.9));
        var (reuse, drain, left) = (1 + Between(0.4, 1), 1 + Between(0.25, 0.45), _random.Next(3) == 0 ? 0.05 : 0);
        foreach (var index in places)
        {
            // A thief of a small account takes more than a handful.
            var usual = Math.Max(Math.Max(_usual[index], 0.2 * _busy), 3);
            var climb = Math.Min(1, Math.Exp(4 * (((index - places[0]) / (double)places.Count) - 0.6)));
            _extra[index] += type switch
            {
                "exfil_burst" => burst * usual,
                "retry_storm" => storm * usual * climb,
                "off_hours" => Math.Max(added * _busy, 15),
                _ => 0,
            };
            _times[index] *= type switch { "credential_reuse" => reuse, "low_and_slow" => drain, "sudden_silence" => left, _ => 1 };
        }
    }

    private IEnumerable<Reading> Counts()
    {
        var (spread, since, value) = (Between(0, _kind.Spread), Start, 0d);
        for (var index = 0; index < _usual.Length; index++)
        {
            var mean = (_usual[index] * _times[index]) + _extra[index];
            if (mean > 0) value += Poisson.Sample(_random, spread > 0.001 ? Gamma.Sample(_random, 1 / spread, 1 / (spread * mean)) : mean);
            // Calls of a poll that failed are in the next count.
            if (_isMissed[index] || _random.NextDouble() < 0.008) continue;
            yield return new() { Portal = 1, Metric = Metric.Calls, Since = since, At = At(index), Value = value };
            (since, value) = (At(index), 0);
        }
    }

    private void Multiply(DateTimeOffset from, DateTimeOffset to, double factor)
    {
        foreach (var index in Within(from, to)) _times[index] *= factor;
    }

    private IEnumerable<int> Within(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = ((int)((from - Start) / _kind.Every), (int)((to - Start) / _kind.Every));
        return Enumerable.Range(Math.Max(0, first), Math.Max(0, Math.Min(_usual.Length, last) - Math.Max(0, first)));
    }

    private DateTimeOffset At(int index) => Start + ((index + 1) * _kind.Every);

    // Of a Monday where the day is 0, 7, 14, …, in every zone.
    private DateTimeOffset Midnight(int day) => _clock.Midnight(Start.AddDays(day + 0.5));

    private DateTimeOffset Sometime(double fromDay, double toDay) => Start.AddDays(Between(fromDay, toDay));

    private double Between(double low, double high) => low + (_random.NextDouble() * (high - low));

    private double Between(double low, double high, Func<double, double> scale) => scale(Between(low, high));
}
