using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace HubSpotMonitor.Delivery.Smtp;

/// <summary>
/// What a failed conversation with a mail server means. Servers repeat addresses and more in their answers, so only the number is told.
/// Replies of 4xx are for now, of 5xx for good: RFC 5321, 4.2.1. Before a server has read the mail, only its size can be what it refuses it for:
/// all else would be refused to every mail, until somebody mends a setting or the server.
/// </summary>
internal static class SmtpFailure
{
    public static DeliveryException? Of(Exception exception) => exception switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: var code } } when (int)code is >= 400 and < 500 =>
            Passing($"The mail server could not check the password now ({(int)code})."),
        AuthenticationException => OfChannel("The mail server refused the password: check Delivery:Smtp:User and Delivery:Smtp:Password."),
        SmtpCommandException { StatusCode: var code } when (int)code is >= 400 and < 500 => Passing($"The mail server answered {(int)code}."),
        SmtpCommandException { ErrorCode: not SmtpErrorCode.RecipientNotAccepted, StatusCode: SmtpStatusCode.ExceededStorageAllocation } =>
            Permanent("The mail server found the mail too large (552)."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted, StatusCode: var code } =>
            OfChannel($"The mail server refused the sender ({(int)code}): check Delivery:Smtp:From."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, StatusCode: var code } =>
            OfChannel($"The mail server refused a reader's address ({(int)code}): check Delivery:Smtp:To."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.MessageNotAccepted, StatusCode: var code } =>
            Permanent($"The mail server refused the mail ({(int)code}): check the settings of Delivery:Smtp."),
        SmtpCommandException { StatusCode: var code } =>
            OfChannel($"The mail server takes no mail from us ({(int)code}): check the settings of Delivery:Smtp."),
        NotSupportedException =>
            OfChannel("The mail server offers no STARTTLS, or no way to log in: check Delivery:Smtp:Port and Delivery:Smtp:Security."),
        ServiceNotAuthenticatedException => OfChannel("The mail server wants a login: set Delivery:Smtp:User and Delivery:Smtp:Password."),
        SslHandshakeException => Passing(
            "The mail server's certificate could not be trusted, or it does not speak TLS on this port: check Delivery:Smtp:Host, Port and Security."),
        SmtpProtocolException or ServiceNotConnectedException => Passing("The mail server broke the conversation off."),
        SocketException or IOException or TimeoutException => Passing("The mail server could not be reached."),
        _ => null,
    };

    private static DeliveryException Permanent(string sentence) => new(sentence, isPermanent: true);

    private static DeliveryException OfChannel(string sentence) => DeliveryException.OfChannel(sentence);

    private static DeliveryException Passing(string sentence) => new($"{sentence} It will be tried again.", isPermanent: false);
}
