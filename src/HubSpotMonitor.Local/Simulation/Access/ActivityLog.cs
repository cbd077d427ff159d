using System.Collections.Concurrent;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>The three histories of an account: ordinary life, and what the scenarios add.</summary>
internal sealed class ActivityLog(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    private readonly OrdinaryLife _life = new(account);
    private readonly ConcurrentDictionary<(Feed Feed, DateOnly Day), IReadOnlyList<AccessEvent>> _days = new();

    /// <summary>What happened between two instants and is shown by now, newest first.</summary>
    public IReadOnlyList<AccessEvent> Read(Feed feed, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        if (to > now) to = now;
        var days = Days(from, to).ToList();
        // Readers go forward, and a run of weeks must not grow for ever.
        foreach (var past in _days.Keys.Where(key => key.Feed == feed && key.Day < days[0])) _days.TryRemove(past, out _);
        var events = days
            .SelectMany(day => _days.GetOrAdd((feed, day), key => _life.Of(key.Feed, key.Day)))
            .Concat(runs.SelectMany(run => Of(run, feed)));
        return [.. events
            .Where(item => item.At >= from && item.At <= to && item.ShownAt <= now)
            .OrderByDescending(item => item.At)
            .ThenBy(item => item.Id, StringComparer.Ordinal)];
    }

    private IEnumerable<AccessEvent> Of(ScenarioRun run, Feed feed)
    {
        var events = feed switch
        {
            Feed.Security => run.Scenario.Effects.OfType<SecurityAct>().Select(act => Event(run, act)),
            Feed.Login => run.Scenario.Effects.OfType<LoginAttempts>().SelectMany(attempts => Logins(run, attempts)),
            _ => [],
        };
        return events.Where(item => !(item.At >= run.StoppedAt));
    }

    private AccessEvent Event(ScenarioRun run, SecurityAct act)
    {
        var by = act.By is { } key ? Person.Of(key) : null;
        var at = run.StartedAt + act.StartsAfter;
        return new(
            OrdinaryLife.IdOf(account, Feed.Security, at, 7 + act.Type.Length + (by?.Id ?? 0)),
            at,
            at.AddSeconds(20),
            act.Type,
            by,
            by is null ? null : From(by, act.Abroad),
            act.Target);
    }

    private IEnumerable<AccessEvent> Logins(ScenarioRun run, LoginAttempts attempts)
    {
        var by = Person.Of(attempts.By);
        var times = attempts.Times ?? 1;
        var (first, every) = (run.StartedAt + attempts.StartsAfter, (attempts.Lasts ?? TimeSpan.Zero) / times);
        for (var time = 0; time < times; time++)
        {
            var at = first + TimeSpan.FromMilliseconds(Math.Round((every * time).TotalMilliseconds));
            yield return new(
                OrdinaryLife.IdOf(account, Feed.Login, at, 5 + by.Id),
                at,
                at.AddSeconds(20),
                attempts.Succeed ? AccessEvent.LoggedIn : AccessEvent.Refused,
                by,
                From(by, attempts.Abroad));
        }
    }

    private static Place From(Person person, bool abroad) => abroad ? Place.Auckland : person.Home;

    // A day more at each end, since days are the account's.
    private static IEnumerable<DateOnly> Days(DateTimeOffset from, DateTimeOffset to)
    {
        var last = DateOnly.FromDateTime(to.UtcDateTime.Date).AddDays(1);
        for (var day = DateOnly.FromDateTime(from.UtcDateTime.Date).AddDays(-1); day <= last; day = day.AddDays(1))
            yield return day;
    }
}
