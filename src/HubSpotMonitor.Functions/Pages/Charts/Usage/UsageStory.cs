using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts.Usage;

/// <summary>An incident of the calls themselves, as a stretch of the time axis.</summary>
/// <param name="From">When it began.</param>
/// <param name="To">When it was over, or the chart's end.</param>
/// <param name="Class">What it looks like: <c>Retry storm</c>.</param>
/// <param name="Alert">The incident.</param>
public sealed record Spell(DateTimeOffset From, DateTimeOffset To, string Class, Alert Alert);

/// <summary>Something that happened beside the calls, as a flag on the time axis.</summary>
/// <param name="At">When; of several, the first.</param>
/// <param name="Says">Each in a line, the gravest first.</param>
/// <param name="AlertId">The incident's page, where it is one.</param>
public sealed record Flag(DateTimeOffset At, IReadOnlyList<string> Says, string? AlertId)
{
    /// <summary>For a list.</summary>
    public string Words => string.Join("; ", Says);
}

/// <summary>An interval whose polls are missing.</summary>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To, double Calls);

/// <summary>What stands around the line of a usage chart.</summary>
/// <param name="Spells">Incidents of the calls, oldest first.</param>
/// <param name="Flags">What happened beside them, oldest first.</param>
/// <param name="Gaps">Where polls are missing.</param>
/// <param name="Events">The security activity within the chart, oldest first.</param>
public sealed record UsageStory(IReadOnlyList<Spell> Spells, IReadOnlyList<Flag> Flags, IReadOnlyList<Gap> Gaps, IReadOnlyList<ActivityEvent> Events)
{
    /// <summary>As many as can stand beside each other; what lies closer shares a flag.</summary>
    private const int FlagsAcross = 48;

    /// <summary>More lines than this nobody reads in a tooltip.</summary>
    private const int LinesOfFlag = 5;

    public static UsageStory Of(UsageHistory history, ChartWindow window, PortalClock clock)
    {
        ArgumentNullException.ThrowIfNull(history);
        var spells = history.Alerts.Where(IsOfCalls).Select(alert => new Spell(
            alert.Finding.Since < window.From ? window.From : alert.Finding.Since, EndOf(alert, window), ClassOf(alert.Finding), alert));
        var incidents = history.Alerts.Where(alert => !IsOfCalls(alert) && window.Holds(alert.Finding.Since)).Select(alert => (
            At: alert.Finding.Since, Says: $"{alert.Severity}: {alert.Finding.Headline}", Id: (string?)alert.Id));
        List<ActivityEvent> events = [.. history.Events.Where(item => window.Holds(item.At))];
        var marks = incidents.Concat(events.Select(item => (item.At, Says: Line(item), Id: (string?)null)));
        return new([.. spells], [.. Flagged(marks, window, clock)], [.. GapsOf(history.Counts, window)], events);
    }

    /// <summary><c>Retry storm</c>; of rules without a class, the rule.</summary>
    internal static string ClassOf(Finding finding) => Sentence(finding.Explanation is { } explanation
        ? Words.Spaced(explanation.Class)
        : finding.Rule.Replace('-', ' '));

    /// <summary><c>Service key reveal by ada@example.com, Dublin</c>.</summary>
    internal static string Line(ActivityEvent item)
    {
        var words = TypeWords(item.Type);
        if (item.User is { } user) words += $" by {user}";
        return item.Location is { } place ? $"{words}, {place}" : words;
    }

    internal static string TypeWords(string type) => Sentence(type.Replace('_', ' ').ToLowerInvariant());

    private static string Sentence(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static bool IsOfCalls(Alert alert) => alert.Finding.Subject == Metric.Calls;

    private static DateTimeOffset EndOf(Alert alert, ChartWindow window) =>
        alert.ResolvedAt is { } resolved && resolved < window.To ? resolved : window.To;

    private static IEnumerable<Flag> Flagged(
        IEnumerable<(DateTimeOffset At, string Says, string? Id)> marks, ChartWindow window, PortalClock clock) =>
        marks
            .OrderBy(mark => mark.At)
            .GroupBy(mark => (int)(window.Share(mark.At) * FlagsAcross))
            .Select(near => new Flag(
                near.First().At,
                Lines([.. near.OrderBy(mark => mark.Id is null).ThenBy(mark => mark.At).Select(mark => $"{clock.Time(mark.At)} {mark.Says}")]),
                near.Select(mark => mark.Id).FirstOrDefault(id => id is not null)));

    private static IReadOnlyList<string> Lines(IReadOnlyList<string> all) =>
        all.Count <= LinesOfFlag ? all : [.. all.Take(LinesOfFlag - 1), $"and {all.Count - LinesOfFlag + 1} more"];

    private static IEnumerable<Gap> GapsOf(IEnumerable<Reading> counts, ChartWindow window) => counts
        .Where(count => count.Quality == ReadingQuality.Gap && window.Holds(count.At))
        .Select(count => new Gap(count.Since is { } since && since > window.From ? since : window.From, count.At, count.Value));
}
