using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// What every channel says of a message, in a person's words and order. All text is cleaned here, once, so that no channel can forget it;
/// a channel still escapes for its own format.
/// </summary>
internal sealed record AlertNotice
{
    public required string Title { get; init; }

    /// <summary>A sign that differs by severity, so that colour is never alone in telling it.</summary>
    public required string Symbol { get; init; }

    /// <summary><c>High</c>, <c>Critical, escalated</c>, <c>Resolved</c>.</summary>
    public required string Word { get; init; }

    public required string Headline { get; init; }

    public required string Portal { get; init; }

    /// <summary>Whose clock the local times are.</summary>
    public required string TimeZone { get; init; }

    public required string Summary { get; init; }

    public required IReadOnlyList<Fact> Facts { get; init; }

    public required string LikelyCause { get; init; }

    public required AlertChart? Chart { get; init; }

    public required string StepsHeading { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    /// <param name="message">What to tell.</param>
    /// <param name="longest">Characters that the longest text may have.</param>
    public static AlertNotice Of(AlertMessage message, int longest)
    {
        var finding = message.Finding;
        var longestName = Math.Min(longest, 200);
        var isOver = message.Transition == Transition.Resolved;
        var over = isOver ? $"Over after {Words.Duration(message.At - message.OpenedAt)}: " : "";
        return new()
        {
            Title = SafeText.Line(message.Title, longestName),
            Symbol = SymbolOf(message),
            Word = WordOf(message),
            Headline = SafeText.Line(over + finding.Headline, longestName),
            Portal = SafeText.Line(message.Portal.ToString(), longestName),
            TimeZone = SafeText.Line(message.TimeZone, longestName),
            Summary = SafeText.Line(finding.Summary, longest),
            Facts = [.. FactsOf(message, Math.Min(longest, 400))],
            LikelyCause = SafeText.Line(finding.LikelyCause, longest),
            Chart = AlertChart.Of(message),
            StepsHeading = isOver ? "If nobody has looked into it yet" : "First steps",
            Steps = [.. finding.Steps.Take(3).Select(step => SafeText.Line(step, longest))],
            Evidence = [.. finding.Evidence.Take(10).Select(id => SafeText.Line(id, Math.Min(longest, 100)))],
        };
    }

    private static IEnumerable<Fact> FactsOf(AlertMessage message, int longest)
    {
        var finding = message.Finding;
        var isOver = message.Transition == Transition.Resolved;
        var all = new Fact[]
        {
            new("Since", Words.LocalAndUtc(finding.Since, message.UtcOffset)),
            new("Alerted", isOver ? Words.LocalAndUtc(message.OpenedAt, message.UtcOffset) : ""),
            new("Over", isOver ? Words.LocalAndUtc(message.At, message.UtcOffset) : ""),
            new("Expected", finding.Expected ?? ""),
            new("Seen", finding.Seen ?? "", IsHeart: !isOver),
            new("How sure", finding.Confidence ?? ""),
            new("Limit", finding.LimitUse ?? ""),
        };
        return all.Select(fact => fact with { Text = SafeText.Line(fact.Text, longest) }).Where(fact => fact.Text != "");
    }

    private static string WordOf(AlertMessage message) => message.Transition switch
    {
        Transition.Resolved => $"Resolved, was {message.Severity}",
        Transition.Escalated => $"{message.Severity}, escalated",
        _ => message.Severity.ToString(),
    };

    private static string SymbolOf(AlertMessage message) => message switch
    {
        { Transition: Transition.Resolved } => "✓",
        { Severity: Severity.Critical } => "■",
        { Severity: Severity.High } => "▲",
        { Severity: Severity.Medium } => "◆",
        { Severity: Severity.Low } => "●",
        _ => "○",
    };
}

/// <summary>One labelled line of a notice.</summary>
/// <param name="Label">What it is: <c>Seen</c>.</param>
/// <param name="Text">Its value, cleaned.</param>
/// <param name="IsHeart">The one that the eye should find first.</param>
internal sealed record Fact(string Label, string Text, bool IsHeart = false);
