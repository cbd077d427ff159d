using System.Globalization;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Alerting.Digests;

/// <summary>How many polls there were.</summary>
/// <param name="Good">Polls that brought a figure.</param>
/// <param name="Due">Polls that the schedule asked for.</param>
public sealed record PollShare(long Good, long Due)
{
    /// <summary><c>99.9 %</c>; rounded down, so that 100 % means all.</summary>
    public string Words =>
        Due == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(Math.Min(1, (double)Good / Due) * 1000) / 10:0.#} %");
}

/// <summary>All that a digest tells of one portal.</summary>
public sealed record DigestFacts
{
    public required Portal Portal { get; init; }

    public required AccountClock Clock { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required Uri DashboardUrl { get; init; }

    /// <summary>Alerts that were open at any time since one length of time before <see cref="From"/>.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>Null: not enough is counted.</summary>
    public WeeksOfCalls? Calls { get; init; }

    public PollShare Polls { get; init; } = new(0, 0);

    public int MessagesSent { get; init; }

    public int MessagesFailed { get; init; }

    public IReadOnlyList<Feedback> Feedback { get; init; } = [];

    /// <summary>The oldest credentials with their due dates, a line each; empty: nobody looked.</summary>
    public IReadOnlyList<string> Credentials { get; init; } = [];

    /// <summary>What could not be looked at and why, a line each.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];
}

/// <summary>
/// Writes a digest. One per portal and not one for all: its times are in the portal's zone, and routes and readers are the portal's.
/// Pure: the same facts give the same message, and its id is made of portal and time, so a repeat is recognised.
/// </summary>
public static class DigestWriter
{
    private const int Top = 5;

    public static AlertMessage Write(DigestFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var opened = Opened(facts, facts.From, facts.To);
        var open = facts.Alerts.Count(alert => alert.State == AlertState.Open);
        var quiet = open == 0 ? "Nothing happened" : $"Nothing new, {Number(open, "alert")} still open";
        return new()
        {
            Id = Keys.DigestId(facts.Portal.Id, facts.To),
            AlertId = string.Create(CultureInfo.InvariantCulture, $"digest-{facts.Portal.Id}"),
            Transition = Transition.Digest,
            Severity = Severity.Info,
            Portal = facts.Portal,
            TimeZone = facts.Clock.Name,
            UtcOffset = facts.Clock.Offset(facts.To),
            Finding = new()
            {
                Rule = "digest",
                Subject = "digest",
                Severity = Severity.Info,
                Headline = opened.Count == 0 ? quiet : $"{Number(opened.Count, "alert")}: {BySeverity(opened)}",
                Summary = $"{(opened.Count == 0 ? quiet : Trend(facts, opened.Count))}; the monitor was awake {facts.Polls.Words} of the time.",
                Since = facts.From,
                Steps = [],
            },
            OpenedAt = facts.From,
            At = facts.To,
            Sections = [.. Sections(facts, opened).Where(section => section.Lines.Count > 0)],
            Link = facts.DashboardUrl,
            JsonLink = new Uri(facts.DashboardUrl, "api/alerts"),
        };
    }

    private static IEnumerable<MessageSection> Sections(DigestFacts facts, IReadOnlyList<Alert> opened)
    {
        var open = facts.Alerts
            .Where(alert => alert.State == AlertState.Open)
            .OrderByDescending(alert => alert.Severity)
            .ThenBy(alert => alert.OpenedAt)
            .ToList();
        yield return new("Alerts", opened.Count == 0 ? [] : [BySeverity(opened), Trend(facts, opened.Count)]);
        yield return new("Top findings",
        [
            .. opened
                .OrderByDescending(alert => alert.Severity)
                .ThenBy(alert => alert.OpenedAt)
                .Take(Top)
                .Select(alert => Line(alert, facts)),
        ]);
        yield return new("Still open",
        [
            .. open
                .Take(2 * Top)
                .Select(alert => $"{alert.Severity}: {alert.Finding.Headline}, open for {Words.Duration(facts.To - alert.OpenedAt)}{Stage(alert)}"),
            .. More(open.Count, 2 * Top),
        ]);
        yield return new("Said to be expected",
        [
            .. facts.Feedback
                .Take(2 * Top)
                .Select(said => $"{said.Rule} on {said.Subject}, by {said.By}{(said.Why is null ? "" : $": {said.Why}")}"),
            .. More(facts.Feedback.Count, 2 * Top),
        ]);
        yield return new("API calls", [.. facts.Calls?.Lines ?? []]);
        yield return new("Oldest credentials", facts.Credentials);
        yield return new("What cannot be seen", facts.Gaps);
        yield return new("The monitor", [.. Monitor(facts)]);
    }

    private static IEnumerable<string> Monitor(DigestFacts facts)
    {
        yield return $"Awake {facts.Polls.Words} of the time: {Words.Count(facts.Polls.Good)} good polls of {Words.Count(facts.Polls.Due)} due.";
        yield return facts.MessagesFailed == 0
            ? $"{Number(facts.MessagesSent, "message")} sent, none failed."
            : $"{Number(facts.MessagesSent, "message")} sent, {facts.MessagesFailed} could not be delivered: the page says why.";
    }

    private static IReadOnlyList<Alert> Opened(DigestFacts facts, DateTimeOffset from, DateTimeOffset to) =>
        [.. facts.Alerts.Where(alert => alert.OpenedAt >= from && alert.OpenedAt < to)];

    private static string Trend(DigestFacts facts, int now)
    {
        var length = facts.To - facts.From;
        var before = Opened(facts, facts.From - length, facts.From).Count;
        var than = $"than in the {Words.Duration(length)} before";
        return (now - before) switch
        {
            0 => $"As many as in the {Words.Duration(length)} before",
            > 0 and var more => $"{more} more {than}",
            var fewer => $"{-fewer} fewer {than}",
        };
    }

    private static string BySeverity(IReadOnlyList<Alert> alerts) =>
        string.Join(", ", alerts.GroupBy(alert => alert.Severity).OrderByDescending(same => same.Key).Select(same => $"{same.Count()} {same.Key}"));

    private static string Line(Alert alert, DigestFacts facts)
    {
        var end = alert.ResolvedAt is { } resolved
            ? $"{(alert.GoesOn ? "not over, but usual" : "over")} after {Words.Duration(resolved - alert.OpenedAt)}"
            : "still open";
        return $"{alert.Severity}: {alert.Finding.Headline}, since {Words.DayAndTime(alert.Finding.Since, facts.To, facts.Clock.Offset(alert.Finding.Since))}, {end}{(alert.ToldAt is null ? ", told here only" : "")}";
    }

    private static string Stage(Alert alert) => alert.Stage == AlertStage.Open ? "" : $", {alert.Stage.ToString().ToLowerInvariant()}";

    private static IEnumerable<string> More(int count, int shown)
    {
        if (count > shown) yield return $"and {count - shown} more: see the page";
    }

    private static string Number(int count, string noun) => $"{Words.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
