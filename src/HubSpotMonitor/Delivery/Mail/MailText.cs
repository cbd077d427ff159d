using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Mail;

/// <summary>The mail's plain part: the same content in the same order, made to be read alone.</summary>
internal static class MailText
{
    public static string Render(AlertMessage message, AlertNotice notice, string footer) =>
        string.Join("\n\n", Paragraphs(message, notice, footer)) + "\n";

    private static IEnumerable<string> Paragraphs(AlertMessage message, AlertNotice notice, string footer)
    {
        yield return $"{notice.Symbol} {notice.Word.ToUpperInvariant()}\n{notice.Lead}";
        yield return notice.Summary;
        if (notice.Facts.Count > 0)
            yield return string.Join('\n', notice.Facts.Select(fact => $"{fact.Label + ":",-10}{fact.Text}"));

        if (notice.Story.Count > 0)
            yield return $"What else happened:\n{string.Join('\n', notice.Story.Select(line => $"- {line}"))}";

        foreach (var section in notice.Sections)
            yield return $"{section.Heading}\n{string.Join('\n', section.Lines.Select(line => $"- {line}"))}";

        if (notice.LikelyCause != "")
            yield return $"Likely cause: {notice.LikelyCause}";

        if (notice.Chart is { } chart)
        {
            var (bars, marks) = chart.Sparkline();
            yield return $"{bars}\n{marks}\n{chart.Sentence}";
        }

        if (notice.Steps.Count > 0)
            yield return $"{notice.StepsHeading}:\n{string.Join('\n', notice.Steps.Select((step, i) => $"{i + 1}. {step}"))}";

        yield return Links(message, notice);
        if (notice.Evidence.Count > 0)
            yield return $"Evidence: {string.Join(", ", notice.Evidence)}";

        var incident = notice.Incident == "" ? "" : $"{notice.Incident}\n";
        yield return $"--\n{incident}{(notice.Why == "" ? "" : $"Why you get this: {notice.Why}\n")}{footer}";
    }

    private static string Links(AlertMessage message, AlertNotice notice)
    {
        var links = notice.Actions.Select(action => $"{action.Label}: {action.Link.AbsoluteUri}").ToList();
        if (notice.Runbook is { } runbook)
            links.Insert(0, $"Runbook: {runbook.AbsoluteUri}");
        var page = notice.Sections.Count > 0 ? "Open the page" : "Open the alert";
        return string.Join('\n', [.. links, $"{page}: {message.Link.AbsoluteUri}", $"Raw JSON: {message.JsonLink.AbsoluteUri}"]);
    }
}
