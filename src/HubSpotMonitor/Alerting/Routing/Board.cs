using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Routing;

/// <summary>The alerts of one portal while they are routed: what is decided is noted here, one batch after the other.</summary>
internal sealed class Board(IReadOnlyList<Alert> alerts, Situation situation)
{
    /// <summary>More parts than this make no story; the page has them.</summary>
    private const int LongestStory = 12;

    private static readonly RoutingDecision ToldByItsEnd = new(Verdict.Mute, "It was over before it was due to be told: its end is told instead.");

    private readonly Alert[] _alerts = [.. alerts];
    private readonly HashSet<string> _decided = [];

    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>Sends a batch as one message: the worst leads, the others are its story.</summary>
    public void Send(IReadOnlyList<Waiting> batch, Kind kind)
    {
        var lead = batch
            .OrderByDescending(item => item.Message.Severity)
            .ThenBy(item => item.Message.At)
            .ThenByDescending(item => item.Message.Id, StringComparer.Ordinal)
            .First()
            .Message;
        // Of several messages of the lead's own alert the last says most.
        lead = batch.Last(item => item.Message.AlertId == lead.AlertId).Message;
        var escalated = _alerts.Any(alert => alert.EscalatedAt is not null && batch.Any(item => item.Message.AlertId == alert.Id));
        var wanted = batch.Any(item => Mutes.IsOutage(item.Message.Finding))
            ? Routes.OfOutage(lead.Severity, escalated, situation)
            : Routes.Of(lead.Portal.Id, lead.Severity, escalated, situation);
        var full = lead.Severity == Severity.Critical ? [] : wanted.Where(IsFull).ToList();
        if (full.Count == wanted.Count && wanted.Count > 0)
        {
            foreach (var item in batch) Note(item.Message, new(Verdict.Hold, Cap(full)));
            return;
        }
        List<string> open = [.. wanted.Except(full)];
        var reason = batch.First(item => item.Message == lead).Decision.Reason;
        var message = Compose(lead, batch, lead.Why ?? reason);
        Pack(lead, [.. open.GroupBy(HeldBack).Select(same => new Parcel(message with { HeldBack = message.HeldBack + same.Key }, [.. same]))]);
        foreach (var item in batch) Close(item, lead, open, full, kind);
    }

    /// <summary>Notes what is not sent now: what is muted is taken out, what is held stays.</summary>
    public void Note(IReadOnlyList<Waiting> items)
    {
        foreach (var (message, decision) in items.Where(item => !_decided.Contains(item.Message.Id) && item.Decision.Verdict != Verdict.Send))
            Note(message, decision);
    }

    private void Note(AlertMessage message, RoutingDecision decision)
    {
        var noted = new AlertDecision(situation.Now, message.Id, message.Transition, decision.Verdict, [], decision.Reason);
        // What is kept back counts as told for the next reminder: that one is for another time.
        Change(
            message,
            alert => (decision.Verdict == Verdict.Mute ? Without(alert, message) with { RemindedAt = situation.Now } : alert).With(noted));
        _decided.Add(message.Id);
    }

    private AlertMessage Compose(AlertMessage lead, IReadOnlyList<Waiting> batch, string why)
    {
        var first = batch.First(item => item.Message.AlertId == lead.AlertId).Message;
        var others = batch
            .Select(item => item.Message)
            .Where(message => message.AlertId != lead.AlertId)
            .DistinctBy(message => message.AlertId)
            .OrderBy(message => message.Finding.Since)
            .Select(Part)
            .ToList();
        var told = lead with
        {
            // A rise is no rise to somebody who never heard of the beginning.
            Transition = lead.Transition == Transition.Escalated ? first.Transition : lead.Transition,
            Why = why,
            Story = StoryItem.Keep(others, LongestStory),
            HeldBack = Math.Max(0, others.Count - LongestStory),
        };
        return told with { Actions = situation.Sign(told) };
    }

    // Among what is over it must not look as if it were, too.
    private static StoryItem Part(AlertMessage message) => new(
        message.Finding.Since,
        message.Severity,
        message.GoesOn ? $"Not over, but usual from now on: {message.Finding.Headline}" : message.Finding.Headline,
        message.Finding.Summary,
        message.Finding.Rule);

    private void Pack(AlertMessage lead, IReadOnlyList<Parcel> parcels) =>
        Change(lead, alert => alert with { Outbox = [.. alert.Outbox, .. parcels] });

    private void Close(Waiting item, AlertMessage lead, IReadOnlyList<string> open, IReadOnlyList<string> full, Kind kind)
    {
        var message = item.Message;
        var reason = message == lead ? item.Decision.Reason
            : message.AlertId == lead.AlertId ? "Told in one message with what came after it."
            : $"Told in the message of \"{lead.Finding.Headline}\".";
        var noted = new AlertDecision(
            situation.Now,
            message.Id,
            message.Transition,
            Verdict.Send,
            open,
            full.Count == 0 ? reason : $"{reason} {Cap(full)}",
            full.Count == 0 ? null : full);
        var changed = Change(message, alert =>
        {
            var told = Without(alert, message).With(noted);
            return message.AlertId == alert.Id ? told with { ToldAt = situation.Now, IsToldOpen = kind != Kind.Relief } : told;
        });
        _decided.Add(message.Id);
        if (kind != Kind.Relief || !Router.IsToldOver(changed)) return;
        foreach (var untold in changed.Unpublished.Where(untold => untold.AlertId == changed.Id)) Note(untold, ToldByItsEnd);
    }

    private bool IsFull(string channel) =>
        situation.Traffic.TryGetValue(channel, out var traffic) && traffic.LastHour >= situation.Options.MessagesPerHour;

    private string Cap(IReadOnlyList<string> full) =>
        $"Not by {string.Join(" and ", full)}: {situation.Options.MessagesPerHour} messages in the last hour are enough.";

    // What this channel missed of this portal since its last message about it: what it brought of others meanwhile did not say so.
    private int HeldBack(string channel)
    {
        var decisions = _alerts.SelectMany(alert => alert.Decisions).ToList();
        var since = decisions
            .Where(decision => decision.Verdict == Verdict.Send && decision.Channels.Contains(channel))
            .Select(decision => decision.At)
            .DefaultIfEmpty()
            .Max();
        return decisions.Count(decision => decision.Cut?.Contains(channel) == true && decision.At < situation.Now && decision.At >= since);
    }

    private Alert Change(AlertMessage message, Func<Alert, Alert> change)
    {
        var index = Array.FindIndex(_alerts, alert => alert.Unpublished.Any(waiting => waiting.Id == message.Id));
        return _alerts[index] = change(_alerts[index]);
    }

    private static Alert Without(Alert alert, AlertMessage message) =>
        alert with { Unpublished = [.. alert.Unpublished.Where(waiting => waiting.Id != message.Id)] };
}
