using System.Text.Json;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Alert messages as the bus would bring them.</summary>
internal static class Messages
{
    private static readonly DateTimeOffset Since = new(2026, 11, 24, 1, 10, 0, TimeSpan.Zero);

    /// <summary>As it stands in an envelope on the bus.</summary>
    public static string Json(AlertMessage message) => JsonSerializer.Serialize(message, AlertEnvelopeJson.Default.AlertMessage);

    public static AlertMessage Read(string json) => JsonSerializer.Deserialize(json, AlertEnvelopeJson.Default.AlertMessage)!;

    public static AlertMessage Opened() => new()
    {
        Id = "a1b2c3-1",
        AlertId = "a1b2c3",
        Transition = Transition.Opened,
        Severity = Severity.High,
        Portal = new(123, "Acme"),
        TimeZone = "Europe/Berlin",
        UtcOffset = TimeSpan.FromHours(1),
        Finding = Spike(),
        OpenedAt = Since.AddMinutes(15),
        At = Since.AddMinutes(15),
        Chart = [.. Enumerable.Range(0, 48).Select(Point)],
        Link = new("https://monitor.example.com/alerts/a1b2c3"),
        JsonLink = new("https://monitor.example.com/api/alerts/a1b2c3?raw=1&pretty=1"),
    };

    public static AlertMessage Escalated() => Opened() with
    {
        Id = "a1b2c3-2",
        Transition = Transition.Escalated,
        Severity = Severity.Critical,
        At = Since.AddMinutes(40),
    };

    public static AlertMessage Resolved() => Opened() with
    {
        Id = "a1b2c3-3",
        Transition = Transition.Resolved,
        Severity = Severity.Critical,
        At = Since.AddMinutes(95),
    };

    /// <summary>Written down for a channel, and not yet sent.</summary>
    public static AlertDelivery Queued(AlertMessage message, string channel = "email") => new()
    {
        Channel = channel,
        Message = message,
        State = DeliveryState.Queued,
        QueuedAt = Samples.Noon,
        DueAt = Samples.Noon,
    };

    /// <summary>Every text that others can write is written by somebody with bad intent.</summary>
    public static AlertMessage Hostile() => Opened() with
    {
        Portal = new(666, "Evil\r\nBcc: victim@example.com <script>alert(1)</script> \"'\u202Egnp"),
        Finding = Spike() with
        {
            Headline = "[x](http://evil.example) **bold** <img src=x onerror=alert(1)>",
            Summary = "{{DATE(2017-02-14T06:00:00Z,SHORT)}} &lt;b&gt; </td></table><script>",
            Steps = ["1. <a href=\"javascript:alert(1)\">here</a>"],
            Evidence = ["<script>"],
        },
    };

    /// <summary>A message that says the same in every text that it has.</summary>
    public static AlertMessage Everywhere(string text) => Opened() with
    {
        Portal = new(7, text),
        Finding = new()
        {
            Rule = "rule",
            Subject = text,
            Severity = Severity.High,
            Headline = text,
            Summary = text,
            Since = Since,
            Expected = text,
            Seen = text,
            Confidence = text,
            LimitUse = text,
            LikelyCause = text,
            Steps = [text, text, text],
            Evidence = [.. Enumerable.Repeat(text, 10)],
        },
        Story = [.. Enumerable.Repeat(new StoryItem(Since, Severity.Low, text, text, "rule"), 20)],
        Sections = [.. Enumerable.Repeat(new MessageSection(text, [.. Enumerable.Repeat(text, 20)]), 20)],
        Actions = [.. Enumerable.Repeat(new ActionLink(text, new("https://monitor.example.com/act?t=" + new string('x', 300))), 8)],
        Why = text,
        HeldBack = 12,
        Runbook = new("https://docs.example.com/runbook"),
    };

    private static Finding Spike() => new()
    {
        Rule = "usage-spike",
        Subject = Metric.Calls,
        Severity = Severity.High,
        Headline = "API calls 6.9x normal",
        Summary = "For 15 minutes the account has been called far more often than it ever was at this hour of a Tuesday.",
        Since = Since,
        Expected = "120–310 calls in 5 min",
        Seen = "2,140 calls in 5 min",
        Confidence = "Very sure: p < 1e-9, 3 of 3 intervals, model of 42 days",
        LimitUse = "41 % of the daily limit",
        LikelyCause = "A script that copies contacts: the calls began at once and stay level, as a loop does.",
        Steps =
        [
            "Ask the owner of the integration \"Nightly sync\" whether it runs now.",
            "If nobody claims it, rotate the token pat-eu1-…4f2a in HubSpot under Settings, Integrations, Private Apps.",
            "Read the account's security log for reveals and exports since 02:00.",
        ],
        Evidence = ["calls-20261124T0115", "calls-20261124T0120", "calls-20261124T0125"],
    };

    private static ChartPoint Point(int i)
    {
        var calls = i < 45 ? 180 + (60 * Math.Sin(i / 3.0)) + (i == 20 ? 45 : 0) : 1700 + (220 * (i - 45));
        return new(Since.AddMinutes(15 + ((i - 47) * 5)), Math.Round(calls), 310 + (i % 12 * 4));
    }
}
