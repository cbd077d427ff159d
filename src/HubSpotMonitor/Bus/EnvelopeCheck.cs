using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Bus;

/// <summary>
/// Whether every channel can tell what an envelope holds. What the monitor writes is so; whoever else may write to the topic could leave things
/// out, and a channel would stumble over them at every try.
/// </summary>
internal static class EnvelopeCheck
{
    private const int LongestId = 200;

    public static bool IsWhole(AlertEnvelope envelope) =>
        envelope.Channels.All(channel => !string.IsNullOrEmpty(channel)) && IsWhole(envelope.Message) && IsWhole(envelope.Message.Finding);

    private static bool IsWhole(AlertMessage message) =>
        IsId(message.Id) && IsId(message.AlertId) && AreThere(message.Portal.Name, message.TimeZone)
        && Enum.IsDefined(message.Transition) && Enum.IsDefined(message.Severity)
        // Of a zone's size and in whole minutes: no other can be added to a time.
        && message.UtcOffset.Duration() <= TimeSpan.FromHours(14) && message.UtcOffset.Ticks % TimeSpan.TicksPerMinute == 0
        && IsTime(message.At) && IsTime(message.OpenedAt)
        && IsAddress(message.Link) && IsAddress(message.JsonLink) && (message.Runbook is null || IsAddress(message.Runbook))
        && message.Chart.All(point => point is not null && IsTime(point.At) && double.IsFinite(point.Calls) && double.IsFinite(point.High ?? 0))
        && message.Story.All(
            item => item is not null && IsTime(item.At) && Enum.IsDefined(item.Severity) && AreThere(item.Headline, item.Summary, item.Rule))
        && message.Actions.All(action => action is { Label: not null } && IsAddress(action.Link))
        && message.Sections.All(section => section is { Heading: not null, Lines: not null } && AreThere([.. section.Lines]));

    private static bool IsWhole(Finding finding) =>
        Enum.IsDefined(finding.Severity) && IsTime(finding.Since) && finding.Steps is not null
        && AreThere([finding.Rule, finding.Subject, finding.Headline, finding.Summary, .. finding.Steps, .. finding.Evidence, .. finding.Explains])
        && (finding.Explanation is not { } figures
            || (figures is { Class: not null, Voices: not null }
                && IsTime(figures.Since)
                && double.IsFinite(figures.Excess)
                && figures.Voices.All(IsWhole)));

    private static bool IsWhole(ScaleEvidence? voice) =>
        voice is { Scale: not null } && new[] { voice.Seen, voice.Expected, voice.Factor, voice.Deviation, voice.P }.All(double.IsFinite);

    // JSON knows null where our records do not.
    private static bool AreThere(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is null) return false;
        }
        return true;
    }

    // It becomes a part of a key and of an address.
    private static bool IsId(string? id) =>
        id is { Length: > 0 and <= LongestId } && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':');

    private static bool IsTime(DateTimeOffset at) => at.Year is >= 2000 and < 9000;

    private static bool IsAddress(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}
