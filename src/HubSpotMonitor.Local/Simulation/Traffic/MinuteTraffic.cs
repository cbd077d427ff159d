using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation.Traffic;

/// <summary>How many calls the apps of an account make in a minute, with whatever the scenarios add.</summary>
internal sealed class MinuteTraffic(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    // Keys of draws, so that no two of them share their numbers.
    private const int SizeSource = 1;
    private const int DaySource = 100;
    private const int HourSource = 200;
    private const int MinuteSource = 300;
    private const int EffectSource = 400;

    // Accounts differ in size; the range keeps a weekday between 60,000 and 120,000 calls.
    private readonly double _size = 0.85 + (0.5 * new Draw(account.Seed, SizeSource, 0).Unit());
    private readonly double[] _mood = new double[AppTraffic.Usual.Count];
    private long _moodHour = long.MinValue;

    public int CallsIn(DateTimeOffset at, DateTime local)
    {
        var minute = at.ToUnixTimeSeconds() / 60;
        SetMood(at, local);
        var usual = 0;
        for (var app = 0; app < _mood.Length; app++)
        {
            var mean = _size * _mood[app] * AppTraffic.Usual[app].CallsPerMinute(local);
            usual += new Draw(account.Seed, MinuteSource + app, minute).Count(mean);
        }
        return usual + ExtraCalls(at, local, minute, usual);
    }

    private void SetMood(DateTimeOffset at, DateTime local)
    {
        var hour = at.ToUnixTimeSeconds() / 3600;
        if (hour == _moodHour)
            return;
        _moodHour = hour;
        var day = local.Date.Ticks / TimeSpan.TicksPerDay;
        for (var app = 0; app < _mood.Length; app++)
        {
            var traffic = AppTraffic.Usual[app];
            var ofDay = traffic.DaySpread * new Draw(account.Seed, DaySource + app, day).Normal();
            var ofHour = traffic.HourSpread * new Draw(account.Seed, HourSource + app, hour).Normal();
            _mood[app] = Math.Exp(Math.Clamp(ofDay + ofHour, -0.4, 0.4));
        }
    }

    private int ExtraCalls(DateTimeOffset at, DateTime local, long minute, int usual)
    {
        var extra = 0;
        var source = EffectSource;
        foreach (var effect in runs.SelectMany(run => run.Active<ExtraCalls>(at)))
        {
            if (effect.Hours?.Contain(local) == false)
                continue;
            var mean = effect.CallsPerMinute + (usual * ((effect.TimesNormal ?? 1) - 1));
            extra += new Draw(account.Seed, source++, minute).Count(mean);
        }
        return extra;
    }
}
