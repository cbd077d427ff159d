using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What an alert message tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Transition>))]
public enum Transition
{
    Opened,
    Escalated,

    /// <summary>Still open after the repeat interval, and nobody has taken it.</summary>
    Reminded,
    Resolved,

    /// <summary>It came back soon after it was resolved, or happened again after somebody had taken it.</summary>
    Reopened,

    /// <summary>No incident: the summary of a day or a week, in <see cref="AlertMessage.Sections"/>.</summary>
    Digest,
}

/// <summary>Another finding of the same cause, told in the same message.</summary>
/// <param name="At">When it began. UTC.</param>
/// <param name="Severity">Its own.</param>
/// <param name="Headline">The heart of its title.</param>
/// <param name="Summary">What happened.</param>
/// <param name="Rule">The rule that found it.</param>
public sealed record StoryItem(DateTimeOffset At, Severity Severity, string Headline, string Summary, string Rule)
{
    /// <summary>
    /// The parts that a short story keeps, in their order: of each rule its worst, the worst of them first, and then others, the earliest
    /// first. However many of one rule there are, they leave another rule's part its place.
    /// </summary>
    public static IReadOnlyList<StoryItem> Keep(IReadOnlyList<StoryItem> parts, int most)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var oneOfEach = parts.Index().OrderByDescending(part => part.Item.Severity).ThenBy(part => part.Item.At).DistinctBy(part => part.Item.Rule);
        var kept = oneOfEach.Concat(parts.Index().OrderBy(part => part.Item.At)).Select(part => part.Index).Distinct().Take(most);
        return [.. kept.Order().Select(index => parts[index])];
    }
}

/// <summary>Something the reader can do; the link opens a page that asks for confirmation.</summary>
/// <param name="Label">For a button: <c>Acknowledge</c>, <c>Snooze 1 h</c>.</param>
/// <param name="Link">Signed, used once, for a while only.</param>
public sealed record ActionLink(string Label, Uri Link);

/// <summary>A headed list of a digest.</summary>
public sealed record MessageSection(string Heading, IReadOnlyList<string> Lines);

/// <summary>
/// What travels on the bus to every channel: complete in itself, so that a channel needs no store to render it.
/// The envelope around it says for which channels.
/// </summary>
public sealed record AlertMessage
{
    internal const string TestRule = "test-alert";

    public int Version { get; init; } = 1;

    /// <summary>The same for every repeat of the same transition of the same alert: channels recognise repeats by it.</summary>
    public required string Id { get; init; }

    public required string AlertId { get; init; }

    public required Transition Transition { get; init; }

    /// <summary>The alert's severity; the worst it reached, when it is resolved.</summary>
    public required Severity Severity { get; init; }

    public required Portal Portal { get; init; }

    /// <summary>The account's clock: an IANA zone name.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The account's offset from UTC when the message was made, for times in the portal's own clock.</summary>
    public required TimeSpan UtcOffset { get; init; }

    /// <summary>The latest finding.</summary>
    public required Finding Finding { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When this transition happened. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The counts around the event, oldest first; at most 48, so that the message stays small. May be empty.</summary>
    public IReadOnlyList<ChartPoint> Chart { get; init => field = value ?? []; } = [];

    /// <summary>What else happened around it, oldest first, this finding not among it.</summary>
    public IReadOnlyList<StoryItem> Story { get; init => field = value ?? []; } = [];

    /// <summary>What the reader can do from the message.</summary>
    public IReadOnlyList<ActionLink> Actions { get; init => field = value ?? []; } = [];

    /// <summary>The parts of a digest; empty otherwise.</summary>
    public IReadOnlyList<MessageSection> Sections { get; init => field = value ?? []; } = [];

    /// <summary>Why this reader gets this message now, in a sentence.</summary>
    public string? Why { get; init; }

    /// <summary>It is resolved but not over: it lasted so long that it counts as usual from now on. Absent in messages of before: false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GoesOn { get; init; }

    /// <summary>So many more messages were held back by the rate cap; the page has them.</summary>
    public int HeldBack { get; init; }

    /// <summary>What to do about this rule, step by step.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>The page of this alert on the monitor.</summary>
    public required Uri Link { get; init; }

    /// <summary>
    /// The span in which it was decided, as a W3C <c>traceparent</c>: so the
    /// trace of a poll ends with the deliveries it led to, whatever carries them.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trace { get; init; }

    /// <summary>The alert as JSON on the monitor.</summary>
    public required Uri JsonLink { get; init; }

    /// <summary>
    /// <c>[High] API calls 6.2x normal - Acme (123) - since 02:10 (UTC+1), 41 %
    /// of the daily limit</c>; with the day where it is not the message's own.
    /// </summary>
    [JsonIgnore]
    public string Title => Transition switch
    {
        Transition.Digest => $"[Digest] {Finding.Headline} - {Portal}",
        Transition.Resolved when GoesOn =>
            $"[Resolved, not over] {Finding.Headline} - {Portal} - usual from now on, after {Words.Duration(At - Finding.Since)}",
        Transition.Resolved => $"[Resolved] {Finding.Headline} - {Portal} - after {Words.Duration(At - OpenedAt)}",
        Transition.Reminded => TitleOf($"{Severity}, still open"),
        Transition.Reopened => TitleOf($"{Severity}, came back"),
        _ => TitleOf(Severity.ToString()),
    };

    /// <summary>Somebody asked for it, to see whether messages arrive, and was told how it ended.</summary>
    [JsonIgnore]
    public bool IsTest => Finding.Rule == TestRule;

    private string TitleOf(string word)
    {
        var limit = Finding.LimitUse is null ? "" : $", {Finding.LimitUse}";
        return $"[{word}] {Finding.Headline} - {Portal} - since {Words.DayAndTime(Finding.Since, At, UtcOffset)}{limit}";
    }
}

/// <summary>One bar of an alert's chart.</summary>
/// <param name="At">End of the interval, UTC.</param>
/// <param name="Calls">Calls in it, or whatever else the finding counts.</param>
/// <param name="High">Upper edge of what was expected, where a model was live.</param>
public sealed record ChartPoint(DateTimeOffset At, double Calls, double? High)
{
    /// <summary>As many as a message carries.</summary>
    public const int Most = 48;

    /// <summary>As many as a message carries, the latest of them.</summary>
    public static IReadOnlyList<ChartPoint> LatestOf(IReadOnlyList<Reading> counts) =>
        [.. counts.TakeLast(Most).Select(count => new ChartPoint(count.At, count.Value, count.Expected?.High))];
}
