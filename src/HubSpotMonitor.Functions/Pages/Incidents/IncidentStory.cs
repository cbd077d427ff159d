using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Functions.Pages.Charts.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Incidents;

/// <summary>A line of an incident's story.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">Whose line it is, in a word or two: <c>This alert</c>, <c>Account</c>, <c>Told</c>, <c>Other alert</c>.</param>
/// <param name="Says">What happened.</param>
/// <param name="AlertId">The other alert's id.</param>
public sealed record StoryLine(DateTimeOffset At, string Kind, string Says, string? AlertId = null);

/// <summary>What happened around an incident, in the order of time: what the account's people did, what the alert did, and who was told.</summary>
public static class IncidentStory
{
    /// <summary>More of what happened beside it is a log, not a story.</summary>
    private const int MostBeside = 40;

    /// <summary>Before the first sign, for what may have led to it.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromHours(3);

    /// <summary>Whoever looks at an alert of weeks wants its beginning.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    /// <summary>The stretch of time that the page shows: from some hours before the first sign to an hour after the end, or until now.</summary>
    public static ChartWindow WindowOf(Alert alert, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var from = alert.Finding.Since - Before;
        var end = alert.ResolvedAt is { } resolved && resolved.AddHours(1) < now ? resolved.AddHours(1) : now;
        var to = end - from > Longest ? from + Longest : end;
        // In steps, so that a page without a new reading stays the same page.
        return new(from.Floor(Step), to.Floor(Step) + Step);
    }

    /// <param name="alert">The incident.</param>
    /// <param name="around">What its account did meanwhile; null: it belongs to none.</param>
    /// <param name="told">Its messages on their ways.</param>
    /// <param name="window">What began before it is not of this story.</param>
    /// <returns>Oldest first.</returns>
    public static IReadOnlyList<StoryLine> Of(Alert alert, UsageHistory? around, IReadOnlyList<AlertDelivery> told, ChartWindow window)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var own = alert.History.Select(item => new StoryLine(
            item.At, "This alert", $"{item.What}{(item.By is { } by ? $" by {by}" : "")}{(item.Why is { } why ? $": {why}" : "")}"));
        var first = new StoryLine(alert.Finding.Since, "This alert", "First sign");
        var beside = (around?.Events ?? [])
            .Select(item => new StoryLine(item.At, "Account", UsageStory.Line(item)))
            .Concat((around?.Alerts ?? [])
                .Where(other => other.Id != alert.Id && window.Holds(other.Finding.Since))
                .Select(other => new StoryLine(other.Finding.Since, "Other alert", $"{other.Severity}: {other.Finding.Headline}", other.Id)))
            .OrderBy(line => (line.At - alert.Finding.Since).Duration())
            .Take(MostBeside);
        return [.. own.Append(first).Concat(beside).Concat(told.Select(Told)).OrderBy(line => line.At).ThenBy(line => line.Kind is not "This alert")];
    }

    private static StoryLine Told(AlertDelivery delivery) => delivery switch
    {
        { State: DeliveryState.Sent, SentAt: { } sent } => new(sent, "Told", $"by {delivery.Channel}: {delivery.Message.Transition}"),
        { State: DeliveryState.Failed } =>
            new(delivery.FailedAt ?? delivery.QueuedAt, "Not told", $"by {delivery.Channel}: {delivery.Message.Transition}; {delivery.LastError}"),
        _ => new(delivery.QueuedAt, "On its way",
            $"by {delivery.Channel}: {delivery.Message.Transition}{(delivery.LastError is { } error ? $"; {error}" : "")}"),
    };
}
