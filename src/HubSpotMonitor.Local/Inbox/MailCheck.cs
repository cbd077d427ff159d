using System.Text.Json;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>Refuses what SendGrid would refuse, nearly in its words (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors).</summary>
internal static class MailCheck
{
    public static IReadOnlyList<MailError> Check(JsonElement mail)
    {
        if (mail.ValueKind != JsonValueKind.Object)
            return [new("Bad Request", null)];
        return [.. Personalizations(mail), .. From(mail), .. Subject(mail), .. Content(mail)];
    }

    private static IEnumerable<MailError> Personalizations(JsonElement mail)
    {
        var all = mail.Items("personalizations").ToList();
        if (all.Count == 0)
            yield return new("The personalizations field is required and must have at least one personalization.", "personalizations");
        for (var i = 0; i < all.Count; i++)
        {
            var to = all[i].Items("to").ToList();
            if (to.Count == 0)
            {
                yield return new(
                    "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
                    $"personalizations.{i}.to");
            }
            for (var j = 0; j < to.Count; j++)
            {
                if (!IsAddress(to[j].Text("email")))
                    yield return new("Does not contain a valid address.", $"personalizations.{i}.to.{j}.email");
            }
        }
    }

    private static IEnumerable<MailError> From(JsonElement mail)
    {
        if (mail.Member("from") is not { } from || from.Text("email") is not { Length: > 0 } address)
        {
            yield return new(
                "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.",
                "from.email");
        }
        else if (!IsAddress(address))
        {
            yield return new("The from email does not contain a valid address.", "from.email");
        }
    }

    private static IEnumerable<MailError> Subject(JsonElement mail)
    {
        var everywhere = mail.Items("personalizations").ToList() is { Count: > 0 } all && all.All(item => item.Text("subject") is { Length: > 0 });
        if (!everywhere && mail.Text("subject") is not { Length: > 0 })
        {
            yield return new(
                "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
                "subject");
        }
    }

    private static IEnumerable<MailError> Content(JsonElement mail)
    {
        var parts = mail.Items("content").ToList();
        if (parts.Count == 0)
        {
            yield return new(
                "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.",
                "content");
        }
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Text("type") is not { Length: > 0 })
                yield return new("The content type must be a string at least one character in length.", $"content.{i}.type");
            if (parts[i].Text("value") is not { Length: > 0 })
                yield return new("The content value must be a string at least one character in length.", $"content.{i}.value");
        }
        // The simplest form of a mail comes first; SendGrid insists.
        if (parts.FindIndex(part => part.Text("type") == "text/plain") > 0)
            yield return new("If present, text/plain must be first, followed by text/html, followed by any other content.", "content");
    }

    private static bool IsAddress(string? text) =>
        text is not null
            && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
            && at < text.Length - 1
            && !text.Contains(' ', StringComparison.Ordinal);
}
