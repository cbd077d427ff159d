using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Smtp;

public enum SmtpSecurity
{
    /// <summary>In the clear until the server is asked for TLS, which it must have: usually port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte: usually port 465.</summary>
    Ssl,

    /// <summary>In the clear; only to a server on this machine.</summary>
    None,
}

/// <summary>Mail through any mail server; on when its section exists.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Delivery:Smtp";

    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Empty: the server asks for none.</summary>
    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary><c>monitor@example.com</c> or <c>HubSpotMonitor &lt;monitor@example.com&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>Everybody who is to be told.</summary>
    public IList<string> To { get; } = [];
}

internal sealed class SmtpOptionsValidator : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options) =>
        Failures(options).ToResult();

    // Values are never repeated: one is a secret, the others are people's addresses.
    private static IEnumerable<string> Failures(SmtpOptions options)
    {
        if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
            yield return "Delivery:Smtp:Host is not a server's name: write mail.example.com.";

        if (options.Port is < 1 or > 65535)
            yield return "Delivery:Smtp:Port must be between 1 and 65535: 587 for StartTls, 465 for Ssl.";

        if (options.Security == SmtpSecurity.None && !IsThisMachine(options.Host))
            yield return "Delivery:Smtp:Security is None, which is only for a server on this machine: use StartTls or Ssl.";

        if (options.User.Length == 0 != (options.Password.Length == 0))
            yield return "Delivery:Smtp:User and Delivery:Smtp:Password belong together: set both or neither.";

        if (!MailAddress.TryCreate(options.From, out _))
            yield return "Delivery:Smtp:From is not a mail address: write monitor@example.com or HubSpotMonitor <monitor@example.com>.";

        if (options.To.Count == 0)
            yield return "Delivery:Smtp:To is empty: name at least one address, as Delivery:Smtp:To:0.";

        for (var i = 0; i < options.To.Count; i++)
        {
            if (!MailAddress.TryCreate(options.To[i], out _))
                yield return $"Delivery:Smtp:To:{i} is not a mail address: write someone@example.com.";
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
