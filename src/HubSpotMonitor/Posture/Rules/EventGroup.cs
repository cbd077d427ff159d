using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules;

/// <summary>Events about one subject, oldest first: one finding, not one for each.</summary>
internal sealed record EventGroup(string Subject, IReadOnlyList<ActivityEvent> Events)
{
    /// <summary>Enough to look them up; the rest is found beside them.</summary>
    private const int MostEvidence = 20;

    public ActivityEvent First => Events[0];

    public ActivityEvent Last => Events[^1];

    public IReadOnlyList<string> Evidence => [.. Events.Take(MostEvidence).Select(item => item.Evidence)];

    /// <summary><c>a@example.com and user 7</c>.</summary>
    public string People => Words(Events.Select(Who.Name));

    /// <summary><c> from Dublin (ie), 198.51.100.7 and Moscow (ru), 203.0.113.9</c>, or nothing.</summary>
    public string From => Events.Select(Who.From).OfType<string>().ToList() is { Count: > 0 } places ? $" from {Words(places, "; ")}" : "";

    /// <summary><c>EXPORT (3 times) and EXPORT_USERS</c>.</summary>
    public string Types =>
        Words(Events.GroupBy(item => item.Type).Select(type => type.Count() == 1 ? type.Key : $"{type.Key} ({type.Count()} times)"));

    /// <summary><c>5 min</c>: from the first of them until it ended. After several it may have ended in between: <c>up to 5 min</c>.</summary>
    public string Lasted(DateTimeOffset until) => $"{(Events.Count > 1 ? "up to " : "")}{Signals.Words.Duration(until - First.At)}";

    private static string Words(IEnumerable<string> names, string between = ", ")
    {
        var distinct = names.Distinct().ToList();
        return distinct.Count switch
        {
            1 => distinct[0],
            <= 3 => $"{string.Join(between, distinct.SkipLast(1))} and {distinct[^1]}",
            _ => $"{string.Join(between, distinct.Take(3))} and {distinct.Count - 3} more",
        };
    }
}

internal static class EventGroups
{
    /// <summary>Grouped by what was acted upon; where HubSpot does not say it, by who acted.</summary>
    public static IEnumerable<EventGroup> ByObject(this IEnumerable<ActivityEvent> events) => events.By(item => item.ObjectId ?? Who.Name(item));

    public static IEnumerable<EventGroup> ByActor(this IEnumerable<ActivityEvent> events) => events.By(Who.Name);

    public static IEnumerable<EventGroup> By(this IEnumerable<ActivityEvent> events, Func<ActivityEvent, string> subject) =>
        events.GroupBy(subject, StringComparer.Ordinal)
            .Select(group => new EventGroup(group.Key, [.. group.OrderBy(item => item.At).ThenBy(item => item.Id, StringComparer.Ordinal)]));
}
