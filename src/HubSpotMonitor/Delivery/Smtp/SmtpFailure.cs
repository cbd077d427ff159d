using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace HubSpotMonitor.Delivery.Smtp;

/// <summary>
/// What a failed conversation with a mail server means. Servers repeat addresses and more in their answers, so only the number is told.
/// Replies of 4xx are for now, of 5xx for good: RFC 5321, 4.2.1.
/// </summary>
internal static class SmtpFailure
{
    public static DeliveryException? Of(Exception exception) => exception switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: var code } } when (int)code is >= 400 and < 500 =>
            Passing($"The mail server could not check the password now ({(int)code})."),
        AuthenticationException => Permanent("The mail server refused the password: check Delivery:Smtp:User and Delivery:Smtp:Password."),
        SmtpCommandException { StatusCode: var code } when (int)code is >= 400 and < 500 => Passing($"The mail server answered {(int)code}."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted, StatusCode: var code } =>
            Permanent($"The mail server refused the sender ({(int)code}): check Delivery:Smtp:From."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, StatusCode: var code } =>
            Permanent($"The mail server refused a reader's address ({(int)code}): check Delivery:Smtp:To."),
        SmtpCommandException { StatusCode: var code } => Permanent($"The mail server refused the mail ({(int)code}): check the settings of Delivery:Smtp."),
        NotSupportedException => Permanent("The mail server offers no STARTTLS, or no way to log in: check Delivery:Smtp:Port and Delivery:Smtp:Security."),
        ServiceNotAuthenticatedException => Permanent("The mail server wants a login: set Delivery:Smtp:User and Delivery:Smtp:Password."),
        SslHandshakeException => Passing("The mail server's certificate could not be trusted, or it does not speak TLS on this port: check Delivery:Smtp:Host, Port and Security."),
        SmtpProtocolException or ServiceNotConnectedException => Passing("The mail server broke the conversation off."),
        SocketException or IOException or TimeoutException => Passing("The mail server could not be reached."),
        _ => null,
    };

    private static DeliveryException Permanent(string sentence) => new(sentence, isPermanent: true);

    private static DeliveryException Passing(string sentence) => new($"{sentence} It will be tried again.", isPermanent: false);
}
