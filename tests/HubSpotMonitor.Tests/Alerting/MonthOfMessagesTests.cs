using System.Globalization;
using System.Text;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Digests;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>A month of 20 accounts with five incidents and a noisy nightly sync, minute by minute: what each channel carries, and why.</summary>
public sealed class MonthOfMessagesTests
{
    private const int Days = 30;

    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AccountClock Clock = AccountClock.Find("Europe/Berlin")!;
    private static readonly string[] Channels = ["email", "teams", "pager"];

    private readonly AlertingOptions _options = new();
    private readonly PureBus _bus = new();
    private readonly Dictionary<long, PureMonitor> _portals;
    private readonly SortedDictionary<DateTimeOffset, List<Action<DateTimeOffset>>> _plan = [];

    public MonthOfMessagesTests()
    {
        _options.Escalation.Add("pager");
        _portals = Enumerable.Range(1, 20).ToDictionary(id => (long)id, id => new PureMonitor(new(id, $"Account {id}"), _options, _bus, Channels));
    }

    [Fact]
    public void Every_message_of_a_month_is_accounted_for()
    {
        StolenToken(_portals[3], Begin.AddDays(4).AddHours(1).AddMinutes(10));
        DeadToken(_portals[7], Begin.AddDays(9).AddHours(8));
        MassDeletion(_portals[11], Begin.AddDays(12).AddHours(13).AddMinutes(20));
        SlowDrain(_portals[15], Begin.AddDays(18));
        NewAppAndFlapping(_portals[19], Begin.AddDays(23).AddHours(9).AddMinutes(5));
        NightlySync(_portals[2]);
        Live();

        var alerts = _bus.Queued.Where(queued => queued.Message.Transition != Transition.Digest).ToList();
        foreach (var portal in new long[] { 3, 7, 11, 15, 19 }) alerts.ShouldContain(queued => queued.Message.Portal.Id == portal);
        alerts.ShouldAllBe(queued => new long[] { 3, 7, 11, 15, 19 }.Contains(queued.Message.Portal.Id));
        _portals.Values.ShouldAllBe(monitor =>
            monitor.Made.SelectMany(parcel => parcel.Channels.Select(channel => $"{channel} {parcel.Message.Id}")).Distinct().Count()
                == monitor.Made.Sum(parcel => parcel.Channels.Count));
        _bus.Queued.Count(queued => queued.Message.Transition == Transition.Digest).ShouldBe(Days * 20 * 2);
        ShouldMatch(Report(alerts));
    }

    // A token is viewed and used; the parts are joined ten minutes later. It is night: nobody acknowledges for 40 minutes.
    private void StolenToken(PureMonitor monitor, DateTimeOffset at)
    {
        Firing(monitor, "token-viewed", Severity.High, at, 60);
        Firing(monitor, "usage-spike", Severity.High, at, 150);
        Firing(monitor, "stolen-token", Severity.Critical, at.AddMinutes(10), 150, "token-viewed", "usage-spike");
        Plan(at.AddMinutes(50), now => monitor.Act("stolen-token", AlertAct.Acknowledge, now));
    }

    // By day: it is acknowledged at once, and the silence of the usage says nothing new.
    private void DeadToken(PureMonitor monitor, DateTimeOffset at)
    {
        Plan(at, 180, now => monitor.Assess(
            Assessment.Firing(Samples.Finding(Severity.Critical, BlindDetector.Rule) with { Subject = "usage", Headline = "monitor-blind" }), now));
        Plan(at.AddMinutes(180), now => monitor.Assess(Assessment.Clear(BlindDetector.Rule, "usage"), now));
        Firing(monitor, "usage-silence", Severity.Medium, at.AddMinutes(30), 150);
        Plan(at.AddMinutes(5), now => monitor.Act(BlindDetector.Rule, AlertAct.Acknowledge, now));
    }

    private void MassDeletion(PureMonitor monitor, DateTimeOffset at)
    {
        Plan(at, 3, now => monitor.Fire("mass-change", Severity.High, now));
        Firing(monitor, "mass-change", Severity.Critical, at.AddMinutes(3), 42);
        Plan(at.AddMinutes(10), now => monitor.Act("mass-change", AlertAct.Acknowledge, now));
    }

    // Thirty hours; somebody snoozes it for eight of them.
    private void SlowDrain(PureMonitor monitor, DateTimeOffset at)
    {
        Firing(monitor, "usage-slow-drain", Severity.High, at, 30 * 60);
        Plan(at.AddHours(9), now => monitor.Act("usage-slow-drain", AlertAct.SnoozeShift, now));
    }

    // An app is installed, three credentials are old, and a spike comes and goes every ten minutes for two hours.
    private void NewAppAndFlapping(PureMonitor monitor, DateTimeOffset at)
    {
        Firing(monitor, "app-installed", Severity.Medium, at, 200);
        for (var i = 0; i < 3; i++) Firing(monitor, $"credential-old-{i}", Severity.Low, at.AddMinutes(20), 3000);
        for (var i = 0; i < 12; i++) Firing(monitor, "usage-spike", Severity.High, at.AddHours(5).AddMinutes(10 * i), 5);
        Plan(at.AddHours(7), 90, now => monitor.Clear("usage-spike", now));
    }

    private void NightlySync(PureMonitor monitor)
    {
        monitor.Windows.Add(new()
        {
            Id = "w",
            Cron = "0 2 * * *",
            Duration = TimeSpan.FromHours(2),
            TimeZone = "Europe/Berlin",
            Author = "Ada",
            Reason = "nightly sync",
            From = Begin,
            Until = Begin.AddDays(60),
        });
        for (var day = 0; day < Days; day++) Firing(monitor, "usage-spike", Severity.High, Begin.AddDays(day).AddHours(1.5), 60);
    }

    private void Firing(PureMonitor monitor, string rule, Severity severity, DateTimeOffset from, int minutes, params string[] explains)
    {
        Plan(from, minutes, now => monitor.Fire(rule, severity, now, explains));
        Plan(from.AddMinutes(minutes), now => monitor.Clear(rule, now));
    }

    private void Plan(DateTimeOffset from, int minutes, Action<DateTimeOffset> act)
    {
        for (var minute = 0; minute < minutes; minute++) Plan(from.AddMinutes(minute), act);
    }

    private void Plan(DateTimeOffset at, Action<DateTimeOffset> act)
    {
        if (!_plan.TryGetValue(at, out var acts)) _plan[at] = acts = [];
        acts.Add(act);
    }

    private void Live()
    {
        for (var now = Begin; now < Begin.AddDays(Days); now = now.AddMinutes(1))
        {
            foreach (var act in _plan.GetValueOrDefault(now) ?? []) act(now);
            foreach (var monitor in _portals.Values.Where(
                monitor => monitor.Current.Any(alert => alert.State == AlertState.Open || alert.Unpublished.Count > 0)))
            {
                monitor.Sweep(now);
            }
            if (DigestSchedule.LastDue(_options, Clock, now) == now) SendDigests(now);
        }
    }

    private void SendDigests(DateTimeOffset now)
    {
        foreach (var (id, monitor) in _portals)
        {
            var digest = DigestWriter.Write(new()
            {
                Portal = new(id, $"Account {id}"),
                Clock = Clock,
                From = now.AddDays(-1),
                To = now,
                DashboardUrl = _options.DashboardUrl,
                Alerts = monitor.Current,
                Polls = new(288, 288),
            });
            foreach (var channel in HubSpotMonitor.Alerting.Routing.Routes.OfDigest(id, monitor.At(now))) _bus.Take(channel, digest, now);
        }
    }

    private string Report(IReadOnlyList<Queued> alerts)
    {
        var text = new StringBuilder("""
            # A month of messages

            Written by `MonthOfMessagesTests`: 20 accounts for 30 days, a sweep every minute, default settings, the channel `pager` in `Alerting:Escalation`.
            Five incidents, and a nightly sync within a maintenance window. The accounts without incident get nothing but their daily digest.
            The rules `token-viewed`, `stolen-token` and `credential-old-…` are invented for this month; all others are the monitor's own.

            | channel | alerts | digests |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var channel in Channels)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {channel} | {alerts.Count(queued => queued.Channel == channel)} | {_bus.Queued.Count(queued => queued.Channel == channel && queued.Message.Transition == Transition.Digest)} |\n");
        }
        text.Append("\n## Each message, and why\n\n| account | when (UTC) | message | by | why |\n|---|---|---|---|---|\n");
        foreach (var message in alerts.GroupBy(queued => (queued.At, queued.Message.Id)).OrderBy(same => same.Key.At))
        {
            var first = message.First().Message;
            var others = first.Story.Count == 0 ? "" : $", with {string.Join(", ", first.Story.Select(item => item.Rule))}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {first.Portal.Id} | {message.Key.At:d MMM HH:mm} | {first.Transition} ({first.Severity}): {first.Finding.Rule}{others} | {string.Join(", ", message.Select(queued => queued.Channel))} | {first.Why} |\n");
        }
        text.Append("\n## What was not told on its own, and why\n\n| account | rule | what | times | why |\n|---|---|---|---|---|\n");
        foreach (var (id, monitor) in _portals)
        {
            foreach (var muted in monitor.Decided
                .Where(decided => decided.Decision.Verdict == Verdict.Mute)
                .GroupBy(decided => (decided.Before.Finding.Rule, decided.Decision.Transition, Reason: Undated(decided.Decision.Reason))))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {id} | {muted.Key.Rule} | {muted.Key.Transition} | {muted.Count()} | {muted.Key.Reason} |\n");
            }
        }
        return text.ToString();
    }

    // The same window on another night.
    private static string Undated(string reason) =>
        reason.StartsWith("Maintenance window", StringComparison.Ordinal) ? "Maintenance window of Ada: nightly sync" : reason;

    private static void ShouldMatch(string report)
    {
        var approved = Path.Combine(Repository.Root, "docs", "messages.md");
        if (File.Exists(approved) && File.ReadAllText(approved) == report) return;
        File.WriteAllText(approved + ".received", report);
        Assert.Fail("The month differs from docs/messages.md. Look at docs/messages.md.received; if it is right, move it over messages.md.");
    }
}
