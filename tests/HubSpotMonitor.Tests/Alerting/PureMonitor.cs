using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Routing;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>Where a host dies during a sweep.</summary>
internal enum Crash
{
    None,

    /// <summary>The decision is written, the bus has nothing of it.</summary>
    BeforeBus,

    /// <summary>The bus has the first parcel only.</summary>
    AmidBus,

    /// <summary>The bus has all, and the row does not know.</summary>
    BeforeClose,
}

/// <summary>A message as it lies in one channel's queue.</summary>
internal sealed record Queued(string Channel, AlertMessage Message, DateTimeOffset At);

/// <summary>The bus of all portals: a message is taken once for each channel.</summary>
internal sealed class PureBus
{
    private readonly HashSet<(string, string)> _taken = [];

    public List<Queued> Queued { get; } = [];

    public bool Take(string channel, AlertMessage message, DateTimeOffset now)
    {
        if (!_taken.Add((channel, message.Id))) return false;
        Queued.Add(new(channel, message, now));
        return true;
    }

    public IReadOnlyDictionary<string, ChannelTraffic> Traffic(DateTimeOffset now) => Queued.GroupBy(queued => queued.Channel).ToDictionary(
        channel => channel.Key,
        channel => new ChannelTraffic(channel.Count(
            queued => queued.At > now.AddHours(-1) && queued.Message is { Severity: < Severity.Critical, Transition: not Transition.Digest })));
}

/// <summary>One portal's alerts as the desk keeps them, without a store: the same pure decisions in the same order.</summary>
internal sealed class PureMonitor(Portal portal, AlertingOptions options, PureBus bus, params string[] channels)
{
    private static readonly Uri Page = new("https://monitor.example.com/");

    public List<Alert> Current { get; } = [];

    public List<Silence> Silences { get; } = [];

    public List<MaintenanceWindow> Windows { get; } = [];

    /// <summary>Every decision that was noted, with the alert as it stood before.</summary>
    public List<(Alert Before, AlertDecision Decision)> Decided { get; } = [];

    /// <summary>Every parcel that was made, in order: a repeat after a crash hands over the same one.</summary>
    public List<Parcel> Made { get; } = [];

    public Alert Of(string rule) => Current.Single(alert => alert.Finding.Rule == rule);

    public void Assess(Assessment assessment, DateTimeOffset now)
    {
        var index = Current.FindIndex(alert => alert.Finding.Rule == assessment.Rule && alert.Finding.Subject == assessment.Subject);
        var before = index < 0 ? null : Current[index];
        var context = new AlertContext(portal, AccountClock.Find("Europe/Berlin")!, [], Page);
        if (AlertPolicy.Next(before, assessment, $"{assessment.Rule}_{now.UtcTicks}", context, now) is not { } next) return;
        if (index < 0) Current.Add(next);
        else Current[index] = next;
    }

    public void Fire(string rule, Severity severity, DateTimeOffset now, params string[] explains) =>
        Assess(Assessment.Firing(Samples.Finding(severity, rule) with { Headline = rule, Since = now.AddMinutes(-5), Explains = explains }), now);

    /// <summary>Fires with the newest event of its subject.</summary>
    public void FireOf(string newest, string rule, Severity severity, DateTimeOffset now) =>
        Assess(Assessment.Firing(Samples.Finding(severity, rule) with { Headline = rule, Since = now.AddMinutes(-5), NewestEvent = newest }), now);

    public void Clear(string rule, DateTimeOffset now) => Assess(Assessment.Clear(rule, Metric.Calls), now);

    public void Act(string rule, AlertAct act, DateTimeOffset now, DateTimeOffset? until = null)
    {
        var index = Current.FindIndex(alert => alert.Finding.Rule == rule);
        if (index >= 0 && AlertActs.Next(Current[index], new(act, "Ada", "looked", until), AlertContext.Of(Current[index], Page), now) is { } next)
            Current[index] = next;
    }

    public Situation At(DateTimeOffset now) => new()
    {
        Now = now,
        Options = options,
        Channels = channels,
        Silences = Silences,
        Windows = Windows,
        Traffic = bus.Traffic(now),
    };

    /// <summary>A run of the sweep.</summary>
    /// <returns>What the bus took, in order.</returns>
    public IReadOnlyList<Queued> Sweep(DateTimeOffset now, Crash crash = Crash.None)
    {
        var taken = bus.Queued.Count;
        var before = Current.ToList();
        var situation = At(now);
        var after = Router.Route(AlertSweep.Care(before, situation), situation);
        Current.Clear();
        Current.AddRange(after);
        Record(before, after);
        var parcels = Current.SelectMany(alert => alert.Outbox).OrderBy(parcel => parcel.Message.At).ToList();
        foreach (var parcel in parcels.Take(crash switch { Crash.BeforeBus => 0, Crash.AmidBus => 1, _ => int.MaxValue }))
        {
            foreach (var channel in parcel.Channels) bus.Take(channel, parcel.Message, now);
        }
        if (crash == Crash.None)
        {
            for (var i = 0; i < Current.Count; i++)
            {
                if (Current[i].Outbox.Count > 0) Current[i] = Current[i] with { Outbox = [] };
            }
        }
        return bus.Queued[taken..];
    }

    private void Record(IReadOnlyList<Alert> before, IReadOnlyList<Alert> after)
    {
        foreach (var (old, next) in before.Zip(after))
        {
            Decided.AddRange(next.Decisions.Where(decision => !old.Decisions.Contains(decision)).Select(decision => (old, decision)));
            Made.AddRange(next.Outbox.Where(parcel => !old.Outbox.Contains(parcel)));
        }
    }
}
