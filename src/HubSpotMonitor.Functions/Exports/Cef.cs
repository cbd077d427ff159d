using System.Globalization;
using System.Net;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>
/// Lines of the Common Event Format, version 0 (ArcSight, "Common Event Format - Event Interoperability Standard"): a head of seven fields between
/// bars, and a tail of names and values.
/// </summary>
internal static class Cef
{
    private static readonly string Version = typeof(Pipeline).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static string Of(ActivityEvent item, Portal portal) => Line(item.Type, item.Type, Severity.Info,
    [
        ("rt", Milliseconds(item.At)), ("externalId", item.Evidence), ("cat", item.Feed.ToString()), ("suser", item.User),
        ("suid", item.UserId is { } id ? Ocsf.Number(id) : null),
        ("src", IPAddress.TryParse(item.IpAddress, out var address) ? address.ToString() : null),
        ("requestClientApplication", item.UserAgent),
        ("outcome", item.Type switch { ActivityEvent.LoginSucceeded => "success", ActivityEvent.LoginFailed => "failure", _ => null }),
        .. Portal(portal), ("cs2Label", item.ObjectId is null ? null : "objectId"), ("cs2", item.ObjectId),
    ]);

    public static string Of(Alert alert) => Line(alert.Finding.Rule, alert.Finding.Headline, alert.Severity,
    [
        ("rt", Milliseconds(alert.LastFiredAt)), ("start", Milliseconds(alert.Finding.Since)), ("externalId", alert.Id), ("cat", "alert"),
        ("outcome", alert.Stage.ToString()),
        .. Portal(alert.Portal), ("cs2Label", "subject"), ("cs2", alert.Finding.Subject), ("msg", alert.Finding.Summary),
    ]);

    public static IEnumerable<string> Of(RuleResult result, Portal portal, DateTimeOffset at)
    {
        if (result.Findings.Count == 0)
        {
            yield return Line(result.Rule, result.Rule, Severity.Info,
                [("rt", Milliseconds(at)), ("cat", "rule"), ("outcome", result.Outcome.ToString()), .. Portal(portal), ("msg", result.Because)]);
        }
        foreach (var finding in result.Findings)
        {
            yield return Line(finding.Rule, finding.Headline, finding.Severity,
            [
                ("rt", Milliseconds(at)), ("start", Milliseconds(finding.Since)), ("cat", "rule"), ("outcome", result.Outcome.ToString()),
                .. Portal(portal), ("cs2Label", "subject"), ("cs2", finding.Subject), ("msg", finding.Summary),
            ]);
        }
    }

    public static string Line(string id, string name, Severity severity, IReadOnlyList<(string Name, string? Value)> tail)
    {
        var line = new StringBuilder($"CEF:0|HubSpotMonitor|HubSpotMonitor|{Head(Version)}|{Head(id)}|{Head(name)}|{Level(severity)}|");
        line.AppendJoin(' ', tail.Where(field => !string.IsNullOrEmpty(field.Value)).Select(field => $"{field.Name}={Tail(field.Value!)}"));
        return line.ToString();
    }

    private static (string, string?)[] Portal(Portal portal) => [("cs1Label", "portalId"), ("cs1", Ocsf.Number(portal.Id))];

    private static string Milliseconds(DateTimeOffset at) => Ocsf.Number(at.ToUnixTimeMilliseconds());

    // 0 to 3 is low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high.
    private static string Level(Severity severity) =>
        (severity switch { Severity.Info => 1, Severity.Low => 3, Severity.Medium => 5, Severity.High => 8, _ => 10 })
            .ToString(CultureInfo.InvariantCulture);

    // In the head a bar ends a field, and no line may end.
    private static string Head(string text) =>
        Printable(text, ' ').Replace("\\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal);

    // In the tail an equals sign begins a value, and a line's end is written as two letters.
    private static string Tail(string text) =>
        Printable(text, '\n')
            .Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("=", @"\=", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);

    // Whatever could end the line for some reader (control characters, Unicode's
    // separators) becomes a blank, or where that is wanted one end of a line.
    private static string Printable(string text, char lineEnd) => new([.. text.ReplaceLineEndings("\n").Select(letter => letter switch
    {
        '\n' => lineEnd,
        _ when char.IsControl(letter) => ' ',
        _ => letter,
    })]);
}
