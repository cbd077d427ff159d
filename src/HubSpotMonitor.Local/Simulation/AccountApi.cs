using System.Globalization;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Access;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>What HubSpot answers for one account, without the HTTP around it.</summary>
internal sealed class AccountApi(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    private const int TenSecondLimit = 190;
    private const int WindowDraw = 900;

    // The documented cache of the older endpoint, and the delay that was seen on the present one.
    private static readonly TimeSpan MeasuredEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly CallCounter _calls = new(account, runs);
    private readonly Lock _lock = new();
    private DateTimeOffset _served;
    private long _window;
    private int _callsInWindow;

    /// <summary>Activity and who has access; asked through <see cref="Limited"/>.</summary>
    public AccessApi Access { get; } = new(account, runs);

    /// <summary>Whether a token opens the account: the old one until its time is over, the next one since it was made.</summary>
    public bool Opens(string token, DateTimeOffset now)
    {
        var rotations = runs
            .SelectMany(run => run.Scenario.Effects
                .OfType<RotateToken>()
                .Select(effect => (At: run.StartedAt + effect.StartsAfter, effect.OldLives, run.StoppedAt)))
            .Where(rotation => now >= rotation.At && !(rotation.At >= rotation.StoppedAt))
            .ToList();
        return token == account.Token
            ? !rotations.Any(rotation => now >= rotation.At + rotation.OldLives)
            : token != account.NextToken || rotations.Count > 0;
    }

    public HubSpotAnswer Usage(DateTimeOffset now) => Limited(now, () => HubSpotAnswer.Of(UsageAt(now)));

    public HubSpotAnswer Details(DateTimeOffset now) => Limited(now, () => HubSpotAnswer.Of(DetailsAt(now)));

    public HubSpotAnswer Limited(DateTimeOffset now, Func<HubSpotAnswer> answer)
    {
        if (Active<RevokeToken>(now).Any())
            return HubSpotAnswer.DeadToken();
        lock (_lock)
        {
            var left = TakeFromWindow(now);
            var daily = account.DailyLimit - _calls.CountAt(now);
            var reply = daily <= 0 ? HubSpotAnswer.DailyLimit()
                : left < 0 ? HubSpotAnswer.TenSecondLimit(account.Id, SimulatedAccount.MonitorApp)
                : answer();
            return reply with { Headers = LimitHeaders(daily, Math.Max(0, left)) };
        }
    }

    /// <summary>How many calls are left in the ten seconds; below zero, this one is refused.</summary>
    private int TakeFromWindow(DateTimeOffset now)
    {
        var window = now.Ticks / Window.Ticks;
        if (window != _window)
            (_window, _callsInWindow) = (window, 0);
        _callsInWindow++;
        var crowded = Active<RateLimit>(now).Any(effect => new Draw(account.Seed, WindowDraw, window).Unit() <= effect.Share);
        return crowded ? -1 : TenSecondLimit - _callsInWindow;
    }

    private Dictionary<string, string> LimitHeaders(int daily, int left) => new()
    {
        ["X-HubSpot-RateLimit-Daily"] = Text(account.DailyLimit),
        ["X-HubSpot-RateLimit-Daily-Remaining"] = Text(daily),
        ["X-HubSpot-RateLimit-Interval-Milliseconds"] = Text((int)Window.TotalMilliseconds),
        ["X-HubSpot-RateLimit-Max"] = Text(TenSecondLimit),
        ["X-HubSpot-RateLimit-Remaining"] = Text(left),
    };

    private UsageWire UsageAt(DateTimeOffset now)
    {
        var collectedAt = CollectedBefore(now);
        var fresh = collectedAt > _served;
        _served = collectedAt;
        var failure = Active<FailFetch>(now).FirstOrDefault();
        var status = failure?.Status ?? (fresh ? "SUCCESS" : "CACHED");
        var calls = failure is null ? _calls.CountAt(collectedAt) : 0;
        var resetsAt = _calls.ResetsAfter(collectedAt).UtcDateTime;
        return new(
        [
            // HubSpot has put other rows into this list before; whoever takes the first one is wrong.
            new("sandbox-sync-jobs-daily", 250, 3, collectedAt.UtcDateTime, "SUCCESS", resetsAt),
            new("private-apps-api-calls-daily", account.DailyLimit, calls, collectedAt.UtcDateTime, status, resetsAt),
        ]);
    }

    /// <summary>HubSpot measures at instants of its own, not at ours, and shows the figure a little later.</summary>
    private DateTimeOffset CollectedBefore(DateTimeOffset now)
    {
        var phase = TimeSpan.FromMilliseconds((long)(new Draw(account.Seed, WindowDraw + 1, 0).Unit() * MeasuredEvery.TotalMilliseconds));
        var slot = (now - Lag - phase).Ticks / MeasuredEvery.Ticks;
        return new DateTimeOffset(slot * MeasuredEvery.Ticks, TimeSpan.Zero) + phase;
    }

    private DetailsWire DetailsAt(DateTimeOffset now)
    {
        var offset = account.Zone.GetUtcOffset(now);
        var sign = offset < TimeSpan.Zero ? "-" : "+";
        return new(
            account.Id,
            "STANDARD",
            account.TimeZone,
            "USD",
            ["EUR"],
            sign + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture),
            (long)offset.TotalMilliseconds,
            "app.hubspot.com",
            "na1",
            account.Name,
            1_648_840_584_303);
    }

    private IEnumerable<T> Active<T>(DateTimeOffset now)
        where T : Effect => runs.SelectMany(run => run.Active<T>(now));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
