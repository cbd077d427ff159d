using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Mail;

/// <summary>
/// The mail's HTML part. Tables and inline styles, since that is what mail programs agree on; no pictures and nothing from elsewhere.
/// Classes only serve the dark colours, for programs that know them.
/// </summary>
internal static class MailPage
{
    private const string Font = "font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif";
    private const string Muted = "color:#52606d";
    private const string Heading = "margin:20px 0 6px;font-size:15px;line-height:20px;font-weight:700";

    public static Html Render(AlertMessage message, AlertNotice notice, string footer) => $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
        <title>{{notice.Title}}</title>
        <style>
        :root{color-scheme:light dark}
        @media (prefers-color-scheme:dark){
        .page{background:#0f1720!important}.card{background:#1b2530!important}.text{color:#f0f4f8!important}
        .muted{color:#b8c4d0!important}.alarm{color:#ff9b8f!important}.rule{border-color:#3a4754!important}.link{color:#8ec7ff!important}
        .edge{background:#f0f4f8!important}.over{background:#f0604f!important}.calm{background:#6f8bab!important}.mark{border-color:#ff9b8f!important}
        }
        </style></head>
        <body class="page" style="margin:0;padding:0;background:#eef1f4;{{Font}}">
        <div style="display:none;max-height:0;overflow:hidden">{{Preview(notice)}}</div>
        <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#eef1f4;table-layout:fixed"><tr><td align="center" style="padding:12px 8px;word-break:break-word">
        <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;table-layout:fixed;background:#ffffff;border-radius:8px;overflow:hidden">
        <tr><td style="background:{{Colour(message)}};color:#ffffff;padding:10px 20px;font-size:16px;line-height:22px;font-weight:700">{{notice.Symbol}} {{notice.Word}}</td></tr>
        <tr><td class="text" align="left" style="padding:16px 20px 20px;color:#1f2933;font-size:15px;line-height:22px">
        {{Body(message, notice)}}
        </td></tr></table>
        <p class="muted" style="max-width:640px;margin:12px auto;font-size:12px;line-height:17px;{{Muted}}">{{Why(notice.Why)}}{{footer}}</p>
        </td></tr></table>
        </body></html>
        """;

    private static Html Body(AlertMessage message, AlertNotice notice) => $"""
        <h1 style="margin:0 0 2px;font-size:22px;line-height:28px">{notice.Headline}</h1>
        <p class="muted" style="margin:0 0 12px;{Muted}">{notice.Portal}{Incident(notice.Incident)}</p>
        <p style="margin:0 0 14px">{notice.Summary}</p>
        {Facts(notice.Facts)}
        {List("What else happened", notice.Story)}
        {notice.Sections.Select(section => List(section.Heading, section.Lines))}
        {Cause(notice.LikelyCause)}
        {(notice.Chart is null ? Html.None : MailChart.Render(notice.Chart))}
        {Steps(notice)}
        {Runbook(notice.Runbook)}
        <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:22px 0 10px"><tr>
        <td style="background:#1f4e79;border-radius:6px"><a href="{message.Link}" style="display:inline-block;padding:12px 22px;color:#ffffff;font-weight:700;text-decoration:none">{(notice.Sections.Count > 0 ? "Open the page" : "Open the alert")}</a></td>
        </tr></table>
        {Actions(notice.Actions)}
        {Evidence(notice.Evidence)}
        <a class="link" href="{message.JsonLink}" style="font-size:13px;color:#1f4e79">Raw JSON</a>
        """;

    // What a phone shows beside the subject before the mail is opened.
    private static string Preview(AlertNotice notice)
    {
        var numbers = notice.Facts.Where(fact => fact.Label is "Expected" or "Seen").Select(fact => $"{fact.Label}: {fact.Text}. ");
        return SafeText.Line(string.Concat(numbers) + notice.Summary, 150);
    }

    private static Html Incident(string incident) =>
        incident == "" ? Html.None : $"""<br><span style="font-size:13px">{incident}</span>""";

    private static Html Why(string why) => why == "" ? Html.None : $"""<strong>Why you get this:</strong> {why}<br>""";

    private static Html Facts(IReadOnlyList<Fact> facts) => facts.Count == 0
        ? Html.None
        : $"""<table cellpadding="0" cellspacing="0" border="0" width="100%" aria-label="Facts">{facts.Select(Row)}</table>""";

    private static Html Row(Fact fact)
    {
        var text = fact.IsHeart ? (Html)$"""<strong class="alarm" style="font-size:17px;color:#a61b1b">{fact.Text}</strong>""" : (Html)$"{fact.Text}";
        return $"""
            <tr><th scope="row" align="left" valign="top" class="muted rule" style="width:76px;padding:6px 8px 6px 0;border-top:1px solid #dde3e9;font-weight:400;{Muted}">{fact.Label}</th>
            <td valign="top" class="rule" style="padding:6px 0;border-top:1px solid #dde3e9">{text}</td></tr>
            """;
    }

    private static Html Cause(string cause) =>
        cause == "" ? Html.None : $"""<h2 style="{Heading}">Likely cause</h2><p style="margin:0">{cause}</p>""";

    private static Html Steps(AlertNotice notice)
    {
        if (notice.Steps.Count == 0)
            return Html.None;

        var items = notice.Steps.Select(step => (Html)$"""<li style="margin:0 0 6px">{step}</li>""");
        return $"""<h2 style="{Heading}">{notice.StepsHeading}</h2><ol style="margin:0;padding-left:24px">{items}</ol>""";
    }

    private static Html List(string heading, IReadOnlyList<string> lines) => lines.Count == 0
        ? Html.None
        : $"""<h2 style="{Heading}">{heading}</h2><ul style="margin:0;padding-left:20px">{lines.Select(line => (Html)$"""<li style="margin:0 0 6px">{line}</li>""")}</ul>""";

    private static Html Runbook(Uri? runbook) => runbook is null
        ? Html.None
        : $"""<p style="margin:10px 0 0"><a class="link" href="{runbook}" style="color:#1f4e79">Runbook: what to do about this, step by step</a></p>""";

    // Each in a cell of its own would not wrap on a phone; inline blocks do, and where they are not known they are links in a row.
    private static Html Actions(IReadOnlyList<ActionLink> actions) => actions.Count == 0
        ? Html.None
        : $"""<p style="margin:0 0 8px">{actions.Select(action => (Html)$"""<a class="link rule" href="{action.Link}" style="display:inline-block;margin:0 8px 8px 0;padding:8px 14px;border:1px solid #b5c2ce;border-radius:6px;color:#1f4e79;font-size:14px;line-height:18px;text-decoration:none">{action.Label}</a> """)}</p>""";

    private static Html Evidence(IReadOnlyList<string> ids) => ids.Count == 0
        ? Html.None
        : $"""<p class="muted" style="margin:10px 0 6px;font-size:13px;line-height:18px;{Muted}">Evidence: {string.Join(", ", ids)}</p>""";

    // White letters stand on each of them with a contrast of at least 4.5.
    private static string Colour(AlertMessage message) => message switch
    {
        { Transition: Transition.Resolved, GoesOn: false } => "#1f6f43",
        { Transition: Transition.Digest } => "#4b5563",
        { Severity: Severity.Critical } => "#9b1c1c",
        { Severity: Severity.High } => "#b4380b",
        { Severity: Severity.Medium } => "#855700",
        { Severity: Severity.Low } => "#2f5d8a",
        _ => "#4b5563",
    };
}
