using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>Small builders: a test says only what it is about.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static readonly Portal Acme = new(4711, "Acme");

    public static Reading Counter(DateTimeOffset at, double value, string metric = Metric.UsageLive) =>
        new() { Portal = Acme.Id, Metric = metric, At = at, Value = value, Limit = 625_000 };

    public static Reading Count(DateTimeOffset at, double value, Expectation? expected = null) =>
        new() { Portal = Acme.Id, Metric = Metric.Calls, At = at, Since = at.AddMinutes(-5), Value = value, Limit = 625_000, Expected = expected };

    public static Finding Finding(Severity severity = Severity.High, string rule = "usage-spike") => new()
    {
        Rule = rule,
        Subject = Metric.Calls,
        Severity = severity,
        Headline = "API calls 6.2x normal",
        Summary = "Burst: something happened.",
        Since = Noon.AddMinutes(-10),
        Steps = ["one", "two", "three"],
    };

    public static Alert Alert(string id = "a1", DateTimeOffset? openedAt = null) => new()
    {
        Id = id,
        Portal = Acme,
        State = AlertState.Open,
        Severity = Severity.High,
        Finding = Finding(),
        OpenedAt = openedAt ?? Noon,
        LastFiredAt = openedAt ?? Noon,
    };
}
