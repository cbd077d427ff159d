using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using HubSpotMonitor.Tests.Functions;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Browser;

/// <summary>A monitor on an eventful day: two accounts, a theft, old keys, dead letters, so that no page is empty.</summary>
public sealed class BrowserHost : ConnectingHost
{
    public BrowserHost(SharedMemory tables)
        : base(tables?.ConnectionString ?? throw new ArgumentNullException(nameof(tables))) => With("Webhooks:PublicUrl", Signed.Url).With("Webhooks:Secrets:0", Signed.Secret).With("Delivery:Email:ApiKey", "SG.none").With("Delivery:Email:From", "m@example.com").With("Delivery:Email:To:0", "s@example.com");

    internal Alert Theft => Incident("usage-spike", Metric.Calls, Severity.Critical, "API calls 8.9x normal", Clock.GetUtcNow().AddMinutes(-35));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => Clock.GetUtcNow();

    internal async Task FillAsync()
    {
        var counts = Enumerable.Range(0, 28 * 288).Select(back => Count(Now.AddMinutes(-5 * back))).Reverse().ToList();
        await Get<ReadingTable>().WriteAsync(counts, Stop);
        await Get<CheckpointTable>().TryWriteAsync(new UsageCheckpoint
        {
            Portal = Globex,
            Outcome = PollOutcome.Good,
            LastPollAt = Now,
            LastGoodPollAt = Now,
            TimeZone = "Europe/Berlin",
            UsedToday = 214_000,
            UsedAt = Now,
            Limit = 500_000,
            ForecastAtReset = 472_000,
            LimitReachedAt = Now.AddHours(6),
            HistoryFrom = Now.AddDays(-28),
            Hours = HourOfCalls.Add([], counts),
            Calls = new(DateOnly.FromDateTime(Now.UtcDateTime), 610, 1170),
        }, StoredCheckpoint.None, Stop);
        await Get<CheckpointTable>().TryWriteAsync(new UsageCheckpoint
        {
            Portal = Acme,
            Outcome = PollOutcome.DeadToken,
            Says = "HubSpot refuses the token (401): create a new one and set Portals:0:Token.",
            FailedPolls = 3,
            FailingSince = Now.AddMinutes(-15),
            LastPollAt = Now,
        }, StoredCheckpoint.None, Stop);
        await Get<CheckpointTable>().WriteAsync(Globex, new PostureScore(Now, 20, 23, 29), Stop);
        await Get<AccessTable>().WriteAsync(Report(), Stop);
        foreach (var alert in Incidents()) (await Get<AlertTable>().TryWriteAsync(alert, null, Stop)).ShouldBeTrue();
        await TellAsync();
        await Get<ActivityTable>().AddAsync([Activity(ActivityFeed.Security, "SERVICE_KEY_REVEAL", 75), Activity(ActivityFeed.Login, ActivityEvent.LoginFailed, 90)], Stop);
        var letter = """{"portalId":4712,"subscriptionType":"contact.deletion","occurredAt":1}""";
        await Get<DeadLetterTable>().AddAsync(new() { Id = Keys.SilenceId("letter"), Reason = "occurredAt is no time that can be.", ReceivedAt = Now.AddHours(-1), Portal = Globex, Raw = letter }, Stop);
        await Get<SilenceTable>().WriteAsync(new MaintenanceWindow { Id = Keys.SilenceId("window"), Cron = "0 2 * * *", Duration = TimeSpan.FromHours(2), TimeZone = "Europe/Berlin", Author = "Ada", Reason = "Nightly migration", From = Now.AddDays(-3), Until = Now.AddDays(30) }, Stop);
    }

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private IEnumerable<Alert> Incidents() =>
    [
        Theft,
        Incident("key-too-old", "ServiceKey:7654", Severity.Medium, "Warehouse sync: rotation was due", Now.AddDays(-4)),
        Incident("guard-off", "guard", Severity.High, "Two-factor login was switched off", Now.AddHours(-9)) with { State = AlertState.Resolved, ResolvedAt = Now.AddHours(-8) },
    ];

    private async Task TellAsync()
    {
        var message = Sample.Delivery("email", DeliveryState.Sent).Message with { Id = $"{Theft.Id}-1", AlertId = Theft.Id, Portal = Theft.Portal, Finding = Theft.Finding, OpenedAt = Theft.OpenedAt, At = Theft.OpenedAt };
        await Get<DeliveryTable>().TryAddAsync(Sample.Delivery("email", DeliveryState.Sent) with { Message = message, QueuedAt = Theft.OpenedAt, SentAt = Theft.OpenedAt.AddSeconds(2) }, Stop);
    }

    private static Alert Incident(string rule, string subject, Severity severity, string headline, DateTimeOffset since)
    {
        var like = Sample.Spike(severity: severity);
        return like with
        {
            Id = Keys.AlertId(Globex, rule, subject, since.AddMinutes(5)),
            Portal = new Portal(Globex, "Globex"),
            Finding = like.Finding with { Rule = rule, Subject = subject, Headline = headline, Since = since },
            OpenedAt = since.AddMinutes(5),
            LastFiredAt = since.AddMinutes(30),
            History = [new(since.AddMinutes(5), $"Opened as {severity}")],
            Decisions = [new(since.AddMinutes(5), "m", Transition.Opened, Verdict.Send, ["email"], $"{severity} is told at once.")],
        };
    }

    private Reading Count(DateTimeOffset at)
    {
        var hour = at.AddHours(1).TimeOfDay.TotalHours;
        var middle = 60 + (300 * Math.Exp(-Math.Pow((hour - 13) / 4, 2)));
        var isTheft = at > Now.AddMinutes(-35);
        return new()
        {
            Portal = Globex,
            Metric = Metric.Calls,
            Since = at.AddMinutes(-5),
            At = at,
            Value = Math.Round(middle * (isTheft ? 8.9 : 1 + (0.1 * Math.Sin(at.UtcTicks)))),
            Expected = new(middle * 0.7, middle, middle * 1.35, isTheft ? 1e-9 : 0.4),
        };
    }

    private ActivityEvent Activity(ActivityFeed feed, string type, int minutesAgo) =>
        new() { Portal = Globex, Feed = feed, Id = type, At = Now.AddMinutes(-minutesAgo), Type = type, User = "eve@example.com", Location = "Reykjavik", Country = "is" };

    private PostureReport Report()
    {
        var report = Sample.Posture(Globex, Now);
        Credential[] more =
        [
            new() { Id = "LegacyPrivateApp:1", Kind = CredentialKind.LegacyPrivateApp, Name = "Old import", Status = CredentialStatus.Active, CreatedAt = Now.AddDays(-90) },
            new() { Id = "OAuthGrant:3", Kind = CredentialKind.OAuthGrant, Name = "Mail tool", Status = CredentialStatus.Ended },
        ];
        return report with { Credentials = [.. report.Credentials, .. more] };
    }
}
