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

    /// <summary>What, how much, where and since when, in one line that can be read alone.</summary>
    public required string Lead { get; init; }

    public required string Headline { get; init; }

    public required string Portal { get; init; }

    /// <summary>The same on all messages of an incident, since not every channel can keep them together. Empty for a digest.</summary>
    public required string Incident { get; init; }

    /// <summary>Whose clock the local times are.</summary>
    public required string TimeZone { get; init; }

    public required string Summary { get; init; }

    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>What else happened, oldest first, a line each.</summary>
    public required IReadOnlyList<string> Story { get; init; }

    public required string LikelyCause { get; init; }

    public required AlertChart? Chart { get; init; }

    public required string StepsHeading { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required Uri? Runbook { get; init; }

    public required IReadOnlyList<ActionLink> Actions { get; init; }

    /// <summary>The parts of a digest.</summary>
    public required IReadOnlyList<MessageSection> Sections { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>Why the reader gets this, and what was held back; empty when nothing is to be said.</summary>
    public required string Why { get; init; }

    /// <param name="message">What to tell.</param>
    /// <param name="longest">Characters that the longest text may have; lists get shorter with it.</param>
    public static AlertNotice Of(AlertMessage message, int longest)
    {
        var finding = message.Finding;
        var longestName = Math.Min(longest, 200);
        var mostLines = longest switch { >= 600 => 12, >= 100 => 6, _ => 3 };
        var isResolved = message.Transition == Transition.Resolved;
        var isDigest = message.Transition == Transition.Digest;
        return new()
        {
            Title = SafeText.Line(message.Title, longestName),
            Symbol = NoticeWords.Symbol(message),
            Word = NoticeWords.Word(message),
            Lead = SafeText.Line(NoticeWords.Lead(message), longest),
            Headline = SafeText.Line(NoticeWords.Headline(message), longestName),
            Portal = SafeText.Line(message.Portal.ToString(), longestName),
            Incident = isDigest
                ? ""
                : SafeText.Line($"Incident {message.AlertId}, opened {Words.LocalAndUtc(message.OpenedAt, message.UtcOffset)}", longestName),
            TimeZone = SafeText.Line(message.TimeZone, longestName),
            Summary = SafeText.Line(finding.Summary, longest),
            Facts = isDigest ? [] : [.. FactsOf(message, Math.Min(longest, 400))],
            Story = [.. StoryOf(message, Math.Min(longest, 300), Math.Min(mostLines, 8))],
            LikelyCause = SafeText.Line(finding.LikelyCause, longest),
            Chart = AlertChart.Of(message),
            StepsHeading = isResolved ? "If nobody has looked into it yet" : "First steps",
            Steps = [.. finding.Steps.Take(3).Select(step => SafeText.Line(step, longest))],
            Runbook = message.Runbook,
            Actions = [.. message.Actions.Take(6).Select(action => action with { Label = SafeText.Line(action.Label, 40) })],
            Sections = [.. message.Sections.Take(mostLines).Select(section => Clean(section, Math.Min(longest, 300), mostLines))],
            Evidence = [.. finding.Evidence.Take(10).Select(id => SafeText.Line(id, Math.Min(longest, 100)))],
            Why = SafeText.Line(NoticeWords.Why(message), Math.Min(longest, 500)),
        };
    }

    private static IEnumerable<Fact> FactsOf(AlertMessage message, int longest)
    {
        var finding = message.Finding;
        var isResolved = message.Transition == Transition.Resolved;
        var all = new Fact[]
        {
            new("Expected", finding.Expected ?? ""),
            new("Seen", finding.Seen ?? "", IsHeart: !isResolved),
            new("How sure", finding.Confidence ?? ""),
            new("Limit", finding.LimitUse ?? ""),
            new("Since", Words.LocalAndUtc(finding.Since, message.UtcOffset)),
            new(
                message.GoesOn ? "Not over" : "Over",
                isResolved ? $"{(message.GoesOn ? "usual from " : "")}{Words.LocalAndUtc(message.At, message.UtcOffset)}" : ""),
        };
        return all.Select(fact => fact with { Text = SafeText.Line(fact.Text, longest) }).Where(fact => fact.Text != "");
    }

    private static IEnumerable<string> StoryOf(AlertMessage message, int longest, int most)
    {
        var kept = StoryItem.Keep(message.Story, most);
        if (kept.Count < message.Story.Count)
            yield return $"({message.Story.Count - kept.Count} more on the page.)";

        foreach (var item in kept)
            yield return SafeText.Line(NoticeWords.StoryLine(item, message), longest);
    }

    private static MessageSection Clean(MessageSection section, int longest, int most)
    {
        var lines = section.Lines.Take(most).Select(line => SafeText.Line(line, longest));
        var more = section.Lines.Count - most;
        return new(
            SafeText.Line(section.Heading, Math.Min(longest, 100)),
            [.. lines, .. more > 0 ? [$"… and {more} more on the page"] : Array.Empty<string>()]);
    }
}

/// <summary>One labelled line of a notice.</summary>
/// <param name="Label">What it is: <c>Seen</c>.</param>
/// <param name="Text">Its value, cleaned.</param>
/// <param name="IsHeart">The one that the eye should find first.</param>
internal sealed record Fact(string Label, string Text, bool IsHeart = false);
