using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Email;

/// <summary>The mail's plain part: the same content in the same order.</summary>
internal static class MailText
{
    public static string Render(AlertMessage message, AlertNotice notice) => string.Join("\n\n", Paragraphs(message, notice)) + "\n";

    private static IEnumerable<string> Paragraphs(AlertMessage message, AlertNotice notice)
    {
        yield return $"{notice.Symbol} {notice.Word.ToUpperInvariant()}\n{notice.Headline}\n{notice.Portal}";
        yield return notice.Summary;
        yield return string.Join('\n', notice.Facts.Select(fact => $"{fact.Label + ":",-10}{fact.Text}"));
        if (notice.LikelyCause != "")
            yield return $"Likely cause: {notice.LikelyCause}";

        if (notice.Chart is { } chart)
        {
            var (bars, marks) = chart.Sparkline();
            yield return $"{bars}\n{marks}\n{chart.Sentence}";
        }

        if (notice.Steps.Count > 0)
            yield return $"{notice.StepsHeading}:\n{string.Join('\n', notice.Steps.Select((step, i) => $"{i + 1}. {step}"))}";

        if (notice.Evidence.Count > 0)
            yield return $"Evidence: {string.Join(", ", notice.Evidence)}";

        yield return $"Open the alert: {message.Link.AbsoluteUri}\nRaw JSON: {message.JsonLink.AbsoluteUri}";
        yield return $"--\n{MailPage.Footer(notice)}";
    }
}
