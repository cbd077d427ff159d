using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Signals;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using MailAddress = System.Net.Mail.MailAddress;

namespace HubSpotMonitor.Delivery.Smtp;

/// <summary>Sends a message as one mail through a mail server, on a connection of its own: alerts are rare.</summary>
internal sealed partial class SmtpChannel(IOptions<SmtpOptions> options, ILogger<SmtpChannel> logger) : IChannel
{
    public const string ChannelName = "smtp";

    private readonly SmtpOptions _options = options.Value;
    private readonly MailAddress _from = new(options.Value.From);

    /// <summary>For the whole conversation; well within the desk's own limit.</summary>
    internal TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(20);

    public string Name => ChannelName;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var mail = Compose(message);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await SendAsync(mail, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException("The mail server did not answer in time. It will be tried again.", isPermanent: false);
        }
        catch (Exception exception) when (SmtpFailure.Of(exception) is { } failure)
        {
            throw failure;
        }
    }

    private async Task SendAsync(MimeMessage mail, CancellationToken cancellationToken)
    {
        using var client = new TolerantClient();
        var security = _options.Security switch
        {
            SmtpSecurity.Ssl => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.None => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls, // never "when available": who can drop the offer could read the password
        };
        await client.ConnectAsync(_options.Host, _options.Port, security, cancellationToken);
        if (_options.User.Length > 0)
            await client.AuthenticateAsync(_options.User, _options.Password, cancellationToken);
        await client.SendAsync(mail, cancellationToken);
        if (client.Refusals is [var first, ..]) LogRefused(client.Refusals.Count, mail.To.Count, (int)first);
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception) when (SmtpFailure.Of(exception) is not null || exception is OperationCanceledException)
        {
            // The server took the mail; that it did not say goodbye is no reason to send it again.
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "The mail server took the mail, but refused {Refused} of its {Readers} readers ({Code}): check Delivery:Smtp:To.")]
    private partial void LogRefused(int refused, int readers, int code);

    private MimeMessage Compose(AlertMessage message)
    {
        var letter = Letter.Of(message, _from.Host, $"{SmtpOptions.Section}:To");
        var mail = new MimeMessage { Subject = letter.Subject, Date = message.At };
        mail.From.Add(new MailboxAddress(_from.DisplayName, _from.Address));
        mail.To.AddRange(_options.To
            .Select(to => new MailAddress(to).Address)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(address => new MailboxAddress("", address)));
        foreach (var (name, value) in letter.Headers)
            mail.Headers.Replace(name, value);
        mail.Body = new BodyBuilder { TextBody = letter.Plain, HtmlBody = letter.Html }.ToMessageBody();
        return mail;
    }

    /// <summary>Sends to whom the server takes: one reader who left the company must not cost the others their mail.</summary>
    private sealed class TolerantClient : SmtpClient
    {
        public List<SmtpStatusCode> Refusals { get; } = [];

        // For now: nobody has the mail yet, so all of it is tried again. A mailbox that is full stays so for days.
        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            if ((int)response.StatusCode < 500 && response.StatusCode != SmtpStatusCode.InsufficientStorage) throw Refused(response.StatusCode);
            Refusals.Add(response.StatusCode);
        }

        protected override void OnNoRecipientsAccepted(MimeMessage message) => throw Refused(Refusals.Min());

        private static SmtpCommandException Refused(SmtpStatusCode code) => new(SmtpErrorCode.RecipientNotAccepted, code, "A reader was not taken.");
    }
}
