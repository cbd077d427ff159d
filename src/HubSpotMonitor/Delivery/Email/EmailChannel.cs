using System.Net;
using System.Net.Mail;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;
using SendGrid;
using SendGrid.Helpers.Mail;

namespace HubSpotMonitor.Delivery.Email;

/// <summary>Sends a message as one mail to everybody configured.</summary>
internal sealed class EmailChannel(IHttpClientFactory clients, IOptions<EmailOptions> options) : IChannel
{
    public const string ChannelName = "email";

    private const string Service = "SendGrid";

    private readonly EmailOptions _options = options.Value;
    private readonly MailAddress _from = new(options.Value.From);

    public string Name => ChannelName;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var mail = Compose(message);
        using var http = clients.CreateClient(ChannelName);
        var client = new SendGridClient(http, new SendGridClientOptions { ApiKey = _options.ApiKey, Host = _options.BaseUrl });
        var (status, isUsedUp) = await ChannelClient.CallAsync(Service, token => PostAsync(client, mail, token), cancellationToken);
        if (isUsedUp)
        {
            throw new DeliveryException(
                "SendGrid takes no more mails (401): those of the plan are used up. It will be tried again.", isPermanent: false);
        }
        ChannelClient.ThrowIfRefused(Service, status, Advice);
    }

    // SendGrid answers 401 to a wrong key, which somebody must mend, and where the plan's mails are used up, which passes: only the words tell them
    // apart. They are compared and never repeated. https://github.com/sendgrid/sendgrid-nodejs/issues/1032
    private static async Task<(HttpStatusCode Status, bool IsUsedUp)> PostAsync(
        SendGridClient client, SendGridMessage mail, CancellationToken cancellationToken)
    {
        var response = await client.SendEmailAsync(mail, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return (response.StatusCode, false);
        // As bytes: whatever stands between may answer in letters that nobody here can read.
        var answer = await response.Body.ReadAsByteArrayAsync(cancellationToken);
        return (response.StatusCode, answer.AsSpan().IndexOf("Maximum credits exceeded"u8) >= 0);
    }

    private SendGridMessage Compose(AlertMessage message)
    {
        var letter = Letter.Of(message, _from.Host, $"{EmailOptions.Section}:To");
        var mail = new SendGridMessage
        {
            From = new(_from.Address, _from.DisplayName),
            Subject = letter.Subject,
            PlainTextContent = letter.Plain,
            HtmlContent = letter.Html,
        };
        // SendGrid refuses a mail that names an address twice.
        mail.AddTos([.. _options.To
            .Select(to => new MailAddress(to).Address)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(address => new EmailAddress(address))]);
        // None of these is among the headers that SendGrid keeps for itself:
        // https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (headers)
        mail.AddHeaders(letter.Headers.ToDictionary());
        // Links in a security alert lead where they say, and nobody is watched while reading.
        mail.SetClickTracking(enable: false, enableText: false);
        mail.SetOpenTracking(enable: false);
        mail.SetSubscriptionTracking(enable: false);
        return mail;
    }

    // https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses
    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "SendGrid could not use the mail (400): check Delivery:Email:From and Delivery:Email:To.",
        HttpStatusCode.Unauthorized => "SendGrid refused the API key: check Delivery:Email:ApiKey.",
        HttpStatusCode.Forbidden =>
            "SendGrid does not let us send (403): verify the sender of Delivery:Email:From, and let the key of Delivery:Email:ApiKey send mail.",
        HttpStatusCode.NotFound => "There is no SendGrid at this address (404): check Delivery:Email:BaseUrl.",
        HttpStatusCode.RequestEntityTooLarge => "SendGrid found the mail too large (413).",
        _ => $"SendGrid refused the mail ({(int)status}): check the settings of Delivery:Email.",
    };
}
