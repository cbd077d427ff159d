using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Mail;

/// <summary>A message as a mail, whoever carries it.</summary>
internal sealed record Letter
{
    public required string Subject { get; init; }

    public required string Plain { get; init; }

    public required string Html { get; init; }

    /// <summary>By name, beside those that the carrier makes.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <param name="message">What to tell.</param>
    /// <param name="host">The sender's domain.</param>
    /// <param name="recipients">The setting that holds the readers' addresses.</param>
    public static Letter Of(AlertMessage message, string host, string recipients)
    {
        var notice = AlertNotice.Of(message, longest: 1500);
        var footer = $"You get this mail because your address is in the setting {recipients} of the HubSpotMonitor that watches {notice.Portal}. "
            + $"Local times are those of {notice.TimeZone}.";
        return new()
        {
            Subject = notice.Title,
            Plain = MailText.Render(message, notice, footer),
            Html = MailPage.Render(message, notice, footer).ToString(),
            Headers = HeadersOf(message, host),
        };
    }

    // The first mail of an incident bears the incident's id, so that every later one can name it as its parent without anybody having stored it
    // (RFC 5322, 3.6.4). A repeat has the same id, so that mail systems can drop it.
    private static Dictionary<string, string> HeadersOf(AlertMessage message, string host)
    {
        var incident = MailId("alert", message.AlertId, host);
        var isFirst = message.Transition is Transition.Opened;
        var headers = new Dictionary<string, string>
        {
            ["Message-ID"] = isFirst ? incident : MailId("message", message.Id, host),
            ["Auto-Submitted"] = "auto-generated",
        };
        // A digest is of no incident, and every day's is another.
        if (isFirst || message.Transition is Transition.Digest)
            return headers;

        headers["In-Reply-To"] = incident;
        headers["References"] = incident;
        return headers;
    }

    // Hashed, since not every letter of an id may stand in a header.
    private static string MailId(string kind, string id, string host) =>
        $"<{kind}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32]}@{host}>";
}
