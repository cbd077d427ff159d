using HubSpotMonitor.Detection;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using HubSpotMonitor.Tests.Functions;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Browser;

/// <summary>
/// A monitor on an eventful day: two accounts, a theft, old keys, dead letters, so that no page is empty. All figures come of the same counts and of
/// the same report, as in a monitor that runs: its pages contradict each other nowhere.
/// </summary>
public sealed class BrowserHost : ConnectingHost
{
    internal const double Limit = 500_000;

    /// <summary>How far above the usual the thief's calls are.</summary>
    private const double Factor = 8.9;

    private static readonly AccountClock Berlin = AccountClock.FromName("Europe/Berlin");

    public BrowserHost(SharedMemory tables)
        : base(tables?.ConnectionString ?? throw new ArgumentNullException(nameof(tables))) =>
        With("Webhooks:PublicUrl", Signed.Url)
            .With("Webhooks:Secrets:0", Signed.Secret)
            .With("Delivery:Email:ApiKey", "SG.none")
            .With("Delivery:Email:From", "m@example.com")
            .With("Delivery:Email:To:0", "s@example.com");

    internal Alert Theft => Incident(GlobexPortal, Spike(), Began.AddMinutes(5));

    internal double UsedToday => Used(Calls);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Portal GlobexPortal => new(Globex, "Globex");

    private DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>When the theft began.</summary>
    private DateTimeOffset Began => Now.AddMinutes(-35);

    private IReadOnlyList<Reading> Calls => field ??= [.. Enumerable.Range(0, 28 * 288).Select(back => Count(Now.AddMinutes(-5 * back))).Reverse()];

    /// <summary>Of the account that cannot be seen any more: a day of a tenth as many calls, without a model.</summary>
    private IReadOnlyList<Reading> EarlierCalls => field ??=
        [.. Calls
            .Where(count => count.At <= Now.AddMinutes(-15))
            .TakeLast(288)
            .Select(count => count with { Portal = Acme, Value = Math.Round(count.Expected!.Middle / 10), Expected = null })];

    private QuotaForecast? Forecast => QuotaDetector.Forecast(UsedToday, Now, Limit, Calls, new DayShape(at => Usual(at) / 5, _ => 0.1), Berlin);

    private UsageCheckpoint Blind => Checkpoint(Acme, EarlierCalls, 250_000) with
    {
        Outcome = PollOutcome.DeadToken,
        Says = "HubSpot refuses the token (401): create a new one and set Portals:0:Token.",
        FailedPolls = 3,
        FailingSince = Now.AddMinutes(-10),
        LastPollAt = Now,
    };

    internal async Task FillAsync()
    {
        await Get<ReadingTable>().WriteAsync(Calls, Stop);
        await Get<ReadingTable>().WriteAsync(EarlierCalls, Stop);
        await Get<ModelTable>().WriteAsync(Globex, Metric.Calls, null, new([0], null, null), new(Now.AddHours(-10), 28, 0.06, null, null), Stop);
        await Get<CheckpointTable>().TryWriteAsync(Checkpoint(Globex, Calls, Limit) with
        {
            ForecastAtReset = Forecast?.AtReset,
            LimitReachedAt = Forecast?.LimitReachedAt,
            Calls = new(DateOnly.FromDateTime(Now.UtcDateTime), 610, 1170),
        }, StoredCheckpoint.None, Stop);
        await Get<CheckpointTable>().TryWriteAsync(Blind, StoredCheckpoint.None, Stop);
        await Get<CheckpointTable>().WriteAsync(Globex, PostureScore.Of(Report(), null), Stop);
        await Get<AccessTable>().WriteAsync(Report(), Stop);
        foreach (var alert in Incidents()) (await Get<AlertTable>().TryWriteAsync(alert, null, Stop)).ShouldBeTrue();
        await TellAsync();
        await Get<ActivityTable>().AddAsync(
            [Activity(ActivityFeed.Security, "SERVICE_KEY_REVEAL", 75), Activity(ActivityFeed.Login, ActivityEvent.LoginFailed, 90)], Stop);
        var letter = """{"portalId":4712,"subscriptionType":"contact.deletion","occurredAt":1}""";
        await Get<DeadLetterTable>().AddAsync(new()
        {
            Id = Keys.SilenceId("letter"),
            Reason = "occurredAt is no time that can be.",
            ReceivedAt = Now.AddHours(-1),
            Portal = Globex,
            Raw = letter,
        }, Stop);
        await Get<SilenceTable>().WriteAsync(new MaintenanceWindow
        {
            Id = Keys.SilenceId("window"),
            Cron = "0 2 * * *",
            Duration = TimeSpan.FromHours(2),
            TimeZone = "Europe/Berlin",
            Author = "Ada",
            Reason = "Nightly migration",
            From = Now.AddDays(-3),
            Until = Now.AddDays(30),
        }, Stop);
    }

    internal PostureReport Report()
    {
        var report = Sample.Posture(Globex, Now);
        var key = report.Credentials[0];
        Credential[] credentials =
        [
            key with
            {
                History =
                [
                    .. key.History,
                    new(Now.AddMinutes(-75), "SERVICE_KEY_REVEAL", "eve@example.com", "Reykjavik (is)", "Security:SERVICE_KEY_REVEAL"),
                ],
            },
            new()
            {
                Id = "LegacyPrivateApp:1",
                Kind = CredentialKind.LegacyPrivateApp,
                Name = "Old import",
                Status = CredentialStatus.Active,
                CreatedAt = Now.AddDays(-60),
            },
            new() { Id = "OAuthGrant:3", Kind = CredentialKind.OAuthGrant, Name = "Mail tool", Status = CredentialStatus.Ended },
        ];
        List<Finding> found =
        [
            Found("key-revealed-then-used", key, Severity.Critical, "Warehouse sync was revealed, then usage left its band",
                "eve@example.com had the secret of Warehouse sync shown from Reykjavik; 40 min later usage left its normal band (usage-spike).",
                Now.AddMinutes(-75)),
            Found("token-over-privileged", key, Severity.High, "Warehouse sync holds 1 scope that it does not need",
                LeastPrivilege.Compare(key.Scopes!, key.NeededScopes!).Says, key.CreatedAt!.Value),
            Found("credential-unregistered", credentials[1], Severity.Medium, "Old import is not registered",
                "Old import was seen in HubSpot's events, and the access registry does not name it.", Now.AddDays(-60)),
            Found("legacy-credential", credentials[1], Severity.Medium, "Old import is of a kind that is going away",
                "Old import is a legacy private app. HubSpot ends support for what it rests on during 2027.", Now.AddDays(-60)),
        ];
        return report with
        {
            Users = 42,
            Credentials = credentials,
            Results =
            [
                .. RuleCatalog.Rules.Select(rule =>
                    report.Results.FirstOrDefault(known => known.Rule == rule.Sheet.Id)
                    ?? Result(rule.Sheet, [.. found.Where(finding => finding.Rule == rule.Sheet.Id)])),
            ],
        };
    }

    private static RuleResult Result(RuleSheet sheet, IReadOnlyList<Finding> findings) => findings.Count == 0
        ? new(sheet.Id, RuleOutcome.Pass, sheet.Good, [])
        : new(sheet.Id, RuleOutcome.Fail, $"1 finding, first: {findings[0].Headline}.", findings);

    private static Finding Found(string rule, Credential credential, Severity severity, string headline, string summary, DateTimeOffset since) =>
        RuleCatalog.Rules.Single(one => one.Sheet.Id == rule).Sheet.Finding(credential.Id, severity, headline, summary, since);

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Whatever a page calls wrong has its incident, and no incident is of what a page calls well.</summary>
    private IEnumerable<Alert> Incidents()
    {
        var blind = BlindDetector.Assess(Blind).Finding!;
        var limit = QuotaDetector.Assess(UsedToday, Now, Limit, Forecast, reachedBefore: true, Berlin).Finding!;
        var guard = RuleCatalog.Rules.Single(one => one.Sheet.Id == "guard-off").Sheet.Finding(
            "guard",
            Severity.High,
            "Two-factor login was switched off",
            "ada@example.com switched it off, and on again an hour later.",
            Now.AddHours(-9));
        return
        [
            Theft,
            Incident(new(Acme, "Acme"), blind, Now.AddMinutes(-5)),
            Incident(GlobexPortal, limit, Now.AddMinutes(-25)),
            .. Report().Results
                .SelectMany(result => result.Findings)
                .Select(finding => Incident(GlobexPortal, finding, finding.Severity == Severity.Critical ? Began.AddMinutes(5) : Now.AddDays(-20))),
            Incident(GlobexPortal, guard, Now.AddHours(-9).AddMinutes(5)) with
            {
                State = AlertState.Resolved,
                LastFiredAt = Now.AddHours(-8).AddMinutes(-5),
                ResolvedAt = Now.AddHours(-8),
            },
        ];
    }

    private async Task TellAsync()
    {
        var message = Sample.Delivery("email", DeliveryState.Sent).Message with
        {
            Id = $"{Theft.Id}-1",
            AlertId = Theft.Id,
            Portal = Theft.Portal,
            Severity = Theft.Severity,
            Finding = Theft.Finding,
            OpenedAt = Theft.OpenedAt,
            At = Theft.OpenedAt,
        };
        await Get<DeliveryTable>().TryAddAsync(Sample.Delivery("email", DeliveryState.Sent) with
        {
            Message = message,
            QueuedAt = Theft.OpenedAt,
            SentAt = Theft.OpenedAt.AddSeconds(2),
        }, Stop);
    }

    private Alert Incident(Portal portal, Finding finding, DateTimeOffset opened) => Sample.Spike(severity: finding.Severity) with
    {
        Id = Keys.AlertId(portal.Id, finding.Rule, finding.Subject, opened),
        Portal = portal,
        Finding = finding,
        OpenedAt = opened,
        LastFiredAt = Now,
        History = [new(opened, $"Opened as {finding.Severity}")],
        Decisions = [new(opened, "m", Transition.Opened, Verdict.Send, ["email"], $"{finding.Severity} is told at once.")],
    };

    private Finding Spike()
    {
        var last = Calls[^1];
        return Sample.Spike().Finding with
        {
            Severity = Severity.Critical,
            Headline = $"API calls {Words.Factor(Factor)} normal",
            Summary = $"Since {Words.LocalTime(Began, Berlin.Offset(Began))} this account answers far more API calls than it ever did at this hour. It looks like a bulk export by one integration.",
            Since = Began,
            Expected = $"{Words.Count(last.Expected!.Low)}–{Words.Count(last.Expected.High)} calls in 5 min",
            Seen = $"{Words.Count(last.Value)} calls in 5 min",
            LimitUse = $"{Words.Percent(UsedToday / Limit)} of the daily limit",
            Evidence =
            [
                .. Calls.Where(count => count.At > Began).Take(2).Select(count => $"{Metric.Calls}@{count.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"),
            ],
        };
    }

    private static UsageCheckpoint Checkpoint(long portal, IReadOnlyList<Reading> counts, double limit) => new()
    {
        Portal = portal,
        Outcome = PollOutcome.Good,
        LastPollAt = counts[^1].At,
        LastGoodPollAt = counts[^1].At,
        TimeZone = Berlin.Name,
        UsedToday = Used(counts),
        UsedAt = counts[^1].At,
        Limit = limit,
        HistoryFrom = counts[0].Since,
        Hours = HourOfCalls.Add([], counts),
    };

    // What the curve of the day's counter ends at.
    private static double Used(IReadOnlyList<Reading> counts)
    {
        var midnight = Berlin.Midnight(counts[^1].At);
        return counts.Where(count => count.At > midnight).Sum(count => count.Value);
    }

    // Calls in 5 minutes.
    private static double Usual(DateTimeOffset at) => 300 + (1500 * Math.Exp(-Math.Pow((Berlin.Local(at).TimeOfDay.TotalHours - 13) / 4, 2)));

    private Reading Count(DateTimeOffset at)
    {
        var middle = Usual(at);
        var isTheft = at > Began;
        return new()
        {
            Portal = Globex,
            Metric = Metric.Calls,
            Since = at.AddMinutes(-5),
            At = at,
            Value = Math.Round(middle * (isTheft ? Factor : 1 + (0.1 * Math.Sin(at.UtcTicks)))),
            Expected = new(middle * 0.7, middle, middle * 1.35, isTheft ? 1e-9 : 0.4),
        };
    }

    private ActivityEvent Activity(ActivityFeed feed, string type, int minutesAgo) => new()
    {
        Portal = Globex,
        Feed = feed,
        Id = type,
        At = Now.AddMinutes(-minutesAgo),
        Type = type,
        User = "eve@example.com",
        Location = "Reykjavik",
        Country = "is",
    };
}
