using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Made-up things to show, as the core would read them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 42, 10, TimeSpan.Zero);

    public static readonly Portal Acme = new(12345678, "Acme");

    /// <summary>A day in 5-minute steps: office hours, a spike half an hour before <see cref="Now"/>, an hour without polls.</summary>
    public static IReadOnlyList<Reading> Day(bool withModel = true)
    {
        var last = new DateTimeOffset(2026, 11, 24, 13, 40, 0, TimeSpan.Zero);
        return
        [
            .. Enumerable.Range(0, 287)
                .Select(back => last.AddMinutes(-5 * (286 - back)))
                .Where(at => at.Hour != 4)
                .Select((at, index) => Count(at, index, withModel)),
        ];
    }

    public static PortalView View(PortalState state = PortalState.Watching) => new()
    {
        Id = Acme.Id,
        Name = Acme.Name,
        State = state,
        StateReason = state == PortalState.Watching ? null : "HubSpot refuses the token (401): create a new one and set Portals:0:Token.",
        TimeZone = "Europe/Berlin",
        UtcOffset = TimeSpan.FromHours(1),
        LastGoodPollAt = Now.AddMinutes(-2),
        UsedToday = 412_380,
        Limit = 1_000_000,
        ResetsAt = new DateTimeOffset(2026, 11, 24, 23, 0, 0, TimeSpan.Zero),
        ForecastAtReset = 861_000,
        Model = "Model of 28 days, fitted 24 Nov",
        OpenAlerts = 1,
        Hours = HourOfCalls.Add([], Day()),
        Worst = Severity.High,
        Posture = new(Now.AddMinutes(-3), 20, 23, 29),
    };

    public static PortalView Waiting => new()
    {
        Id = 87654321,
        Name = "Acme Sandbox",
        State = PortalState.Waiting,
        StateReason = "Not polled yet.",
        Model = "Fixed thresholds until there are 7 days of readings",
        OpenAlerts = 0,
    };

    public static Alert Spike(AlertState state = AlertState.Open, string id = "a1b2c3", Severity severity = Severity.High) => new()
    {
        Id = id,
        Portal = Acme,
        State = state,
        Severity = severity,
        Finding = new Finding
        {
            Rule = "usage-spike",
            Subject = Metric.Calls,
            Severity = severity,
            Headline = "API calls 8.9x normal",
            Summary =
                "Since 14:10 this account answers far more API calls than it ever did at this hour. It looks like a bulk export by one integration.",
            Since = Now.AddMinutes(-32),
            Expected = "120–310 calls in 5 min",
            Seen = "2,140 calls in 5 min",
            Confidence = "p < 1e-9, model of 28 days",
            LimitUse = "41 % of the daily limit",
            LikelyCause = "A new or stolen credential reads records in bulk.",
            Steps =
            [
                "Open Settings > Integrations > Private apps and sort by calls.",
                "Ask the owner of the busiest app whether this is planned.",
                "If not: rotate its token. Calls with the old one stop within a minute.",
            ],
            Evidence = ["calls/2026-11-24T13:15:00Z", "calls/2026-11-24T13:20:00Z"],
        },
        OpenedAt = Now.AddMinutes(-27),
        LastFiredAt = Now.AddMinutes(-2),
        ResolvedAt = state == AlertState.Resolved ? Now.AddMinutes(-1) : null,
        Transitions = 1,
    };

    public static AlertDelivery Delivery(string channel, DeliveryState state, string? error = null) => new()
    {
        Channel = channel,
        State = state,
        QueuedAt = Now.AddMinutes(-27),
        DueAt = Now.AddMinutes(-27),
        SentAt = state == DeliveryState.Sent ? Now.AddMinutes(-27) : null,
        Attempts = state == DeliveryState.Sent ? 1 : 3,
        LastError = error,
        Message = Message(Spike()),
    };

    public static OverviewModel Overview => new()
    {
        Now = Now,
        Portals = [View(), Waiting],
        Alerts = [Spike(), Spike(AlertState.Resolved, "d4e5f6", Severity.Medium)],
        Deliveries =
        [
            Delivery("email", DeliveryState.Sent),
            Delivery("teams", DeliveryState.Queued, "The workflow answered 502."),
            Delivery("slack", DeliveryState.Failed, "The address is gone (410)."),
        ],
        Complaints = [new HealthCheck("channel teams", HealthStatus.Degraded, "3 messages wait: the workflow answered 502. They are tried again.")],
    };

    /// <summary>What the rules say of an account with one key that is too old and may too much.</summary>
    public static PostureReport Posture(long portal, DateTimeOffset now) => new()
    {
        Portal = portal,
        At = now,
        Users = 12,
        SuperAdmins = 3,
        Credentials =
        [
            new()
            {
                Id = "ServiceKey:7654",
                Kind = CredentialKind.ServiceKey,
                Name = "Warehouse sync",
                Owner = "ada@example.com",
                Consumers = ["warehouse"],
                RegisteredAs = "warehouse-sync",
                Status = CredentialStatus.Active,
                CreatedAt = now.AddDays(-400),
                RotatedAt = now.AddDays(-200).AddMinutes(-5),
                AgeLimit = TimeSpan.FromDays(180),
                Scopes = ["crm.export", "oauth"],
                NeededScopes = ["oauth"],
                History = [new(now.AddDays(-1), "SERVICE_KEY_REVEAL", "ben@example.com", "Dublin (ie)", "Security:1")],
            },
        ],
        Results =
        [
            new("key-too-old", RuleOutcome.Fail, "1 finding.", [TooOld(now)]),
            new("guard-off", RuleOutcome.Pass, "Nobody switched a guard off.", []),
            new("smtp-token-stale", RuleOutcome.NotEvaluable, "SMTP tokens: grant it.", []),
        ],
        Sources = [new(AccessSource.SmtpTokens, SourceAccess.Denied, "SMTP tokens: grant it.", now)],
        Gaps = [new(AccessSource.SmtpTokens, "SMTP tokens: grant it.", ["smtp-token-stale"])],
    };

    private static Finding TooOld(DateTimeOffset now) => new()
    {
        Rule = "key-too-old",
        Subject = "ServiceKey:7654",
        Severity = Severity.High,
        Headline = "Warehouse sync: rotation was due",
        Summary = "It is 200 days old.",
        Since = now.AddDays(-200).AddMinutes(-5),
        Steps = [],
    };

    private static AlertMessage Message(Alert alert) => new()
    {
        Id = $"{alert.Id}-1",
        AlertId = alert.Id,
        Transition = Transition.Opened,
        Severity = alert.Severity,
        Portal = alert.Portal,
        TimeZone = "Europe/Berlin",
        UtcOffset = TimeSpan.FromHours(1),
        Finding = alert.Finding,
        OpenedAt = alert.OpenedAt,
        At = alert.OpenedAt,
        Link = new Uri($"http://localhost:7071/pages/alerts/{alert.Id}"),
        JsonLink = new Uri($"http://localhost:7071/api/alerts/{alert.Id}"),
    };

    private static Reading Count(DateTimeOffset at, int index, bool withModel)
    {
        var hour = at.ToOffset(TimeSpan.FromHours(1)).TimeOfDay.TotalHours;
        var middle = 40 + (170 * Math.Exp(-Math.Pow((hour - 13) / 4, 2)));
        var value = middle * (1 + (0.18 * Math.Sin(index * 1.7)) + (0.1 * Math.Sin(index * 0.61)));
        var spike = at >= Now.AddMinutes(-32) && at <= Now.AddMinutes(-8);
        return new Reading
        {
            Portal = Acme.Id,
            Metric = Metric.Calls,
            At = at,
            Since = at.AddMinutes(-5),
            Value = Math.Round(spike ? value * 4.5 : value),
            Quality = at.Hour == 5 && at.Minute == 0 ? ReadingQuality.Gap : ReadingQuality.Measured,
            Expected = withModel ? new Expectation(middle * 0.6, middle, middle * 1.45, spike ? 1e-9 : 0.3) : null,
        };
    }
}
