using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>The page that shows what arrived.</summary>
internal static class InboxPage
{
    // Mails are shown in frames that inherit this: no scripts, and nothing is fetched from anywhere.
    private const string Policy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'";

    public static Task WriteAsync(HttpContext context, Mailbox mailbox)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(Render(mailbox.Messages, mailbox.LastId), context.RequestAborted);
    }

    public static async Task WriteFileAsync(HttpContext context, string name, string type)
    {
        await using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        context.Response.ContentType = $"{type}; charset=utf-8";
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    public static string Render(IReadOnlyList<InboxMessage> messages, int lastId)
    {
        var kinds = messages.ToLookup(message => message.Kind);
        var empty = """<p class="empty">Nothing has been sent yet. Mails, cards and findings appear here by themselves.</p>""";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Inbox ({messages.Count}) - HubSpotMonitor</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/inbox/inbox.css">
            <script src="/inbox/inbox.js" defer></script>
            </head>
            <body data-last="{lastId}">
            <header>
            <h1>Inbox</h1>
            <p>{Count(kinds[InboxKind.Mail].Count(), "mail")}, {Count(kinds[InboxKind.Card].Count(), "Teams card")}, {Count(kinds[InboxKind.Slack].Count(), "Slack message")} and {Count(kinds[InboxKind.Webhook].Count(), "webhook")}, newest first. Nothing left this machine.</p>
            </header>
            <main>{(messages.Count == 0 ? empty : string.Concat(messages.Select(Message)))}</main>
            </body>
            </html>
            """;
    }

    private static string Message(InboxMessage message)
    {
        var time = message.At.UtcDateTime;
        var (kind, name, body) = message.Kind switch
        {
            InboxKind.Mail => ("mail", "Mail", Mail(message.Raw)),
            InboxKind.Card => ("card", "Teams", string.Concat(AdaptiveCard.Of(message.Raw).Select(CardRenderer.Render))),
            InboxKind.Slack => ("slack", "Slack", SlackView.Render(message.Raw)),
            _ => ("webhook", "Webhook", ""),
        };
        return string.Create(CultureInfo.InvariantCulture, $"""

            <article class="message {kind}" id="m{message.Id}">
            <div class="stamp"><span class="kind">{name}</span>
            <time datetime="{time:O}">{time:ddd d MMM yyyy HH:mm} UTC</time></div>
            <h2>{Encode(message.Title)}</h2>
            {body}
            <details><summary>As sent</summary><pre>{Encode(Indented(message.Raw))}</pre></details>
            </article>
            """);
    }

    private static string Mail(JsonElement mail)
    {
        var to = mail.Items("personalizations").SelectMany(item => item.Items("to")).Select(Address);
        var html = Part(mail, "text/html");
        var plain = Part(mail, "text/plain");
        return $"""
            <dl class="envelope"><dt>From</dt><dd>{Encode(Address(mail.Member("from")!.Value))}</dd><dt>To</dt><dd>{Encode(string.Join(", ", to))}</dd></dl>
            {(html is null ? "" : Frame(html))}
            {(plain is null ? "" : $"<details{(html is null ? " open" : "")}><summary>Plain text part</summary><pre>{Encode(plain)}</pre></details>")}
            """;
    }

    /// <summary>Same origin lets our script read the height; without allow-scripts nothing in the mail can run.</summary>
    private static string Frame(string html)
    {
        // Links of a mail open beside the inbox, not inside its frame.
        var document = """<base target="_blank">""" + html;
        return $"""<iframe title="The mail" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" srcdoc="{Encode(document)}"></iframe>""";
    }

    private static string? Part(JsonElement mail, string type) => mail.Items("content")
        .Where(part => part.Text("type") is { } name && name.StartsWith(type, StringComparison.OrdinalIgnoreCase))
        .Select(part => part.Text("value"))
        .FirstOrDefault();

    private static string Address(JsonElement who) =>
        who.Text("name") is { Length: > 0 } name ? $"{name} <{who.Text("email")}>" : who.Text("email") ?? "";

    private static string Indented(JsonElement json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            json.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
