using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>The words and signs of a notice; not cleaned yet.</summary>
internal static class NoticeWords
{
    public static string Word(AlertMessage message) => message.Transition switch
    {
        Transition.Resolved => $"Resolved{(message.GoesOn ? ", not over" : "")}, was {message.Severity}",
        Transition.Escalated => $"{message.Severity}, escalated",
        Transition.Reminded => $"{message.Severity}, still open after {Words.Duration(message.At - message.OpenedAt)}",
        Transition.Reopened => $"{message.Severity}, came back",
        Transition.Digest => "Digest",
        _ => message.Severity.ToString(),
    };

    public static string Symbol(AlertMessage message) => message.Transition switch
    {
        Transition.Resolved when !message.GoesOn => "✓",
        Transition.Digest => "≡",
        _ => Symbol(message.Severity),
    };

    public static string Symbol(Severity severity) => severity switch
    {
        Severity.Critical => "■",
        Severity.High => "▲",
        Severity.Medium => "◆",
        Severity.Low => "●",
        _ => "○",
    };

    public static string Headline(AlertMessage message) => message.Transition switch
    {
        Transition.Resolved when message.GoesOn => $"Not over, but usual from now on: {message.Finding.Headline}",
        Transition.Resolved => $"Over after {Words.Duration(message.At - message.OpenedAt)}: {message.Finding.Headline}",
        _ => message.Finding.Headline,
    };

    public static string Lead(AlertMessage message)
    {
        if (message.Transition == Transition.Digest)
            return $"{message.Finding.Headline}, {message.Portal}";

        var seen = message.Finding.Seen is { Length: > 0 } text && message.Transition != Transition.Resolved ? $": {text}" : "";
        return $"{Headline(message)}{seen}, {message.Portal}, since {DayAndTime(message.Finding.Since, message)}";
    }

    public static string StoryLine(StoryItem item, AlertMessage message) =>
        $"{DayAndTime(item.At, message)} {Symbol(item.Severity)} {item.Severity}: {item.Headline}. {item.Summary}";

    public static string Why(AlertMessage message)
    {
        var heldBack = message.HeldBack switch
        {
            0 => "",
            1 => "1 more message was held back, so that this channel is not flooded: it is on the page.",
            var count => $"{count} more messages were held back, so that this channel is not flooded: they are on the page.",
        };
        return string.Join(' ', new[] { message.Why ?? "", heldBack }.Where(text => text != ""));
    }

    /// <summary><c>02:10 (UTC+1) = 01:10 UTC</c>, with the day where it is not the message's own.</summary>
    private static string DayAndTime(DateTimeOffset at, AlertMessage message) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words.DayAndTime(at, message.At, message.UtcOffset)} = {at.UtcDateTime:HH:mm} UTC");
}
