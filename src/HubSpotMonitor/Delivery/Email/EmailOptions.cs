using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Email;

/// <summary>Mail through SendGrid; on when its section exists.</summary>
public sealed class EmailOptions
{
    public const string Section = "Delivery:Email";

    /// <summary>A SendGrid key that may only send mail.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary><c>monitor@example.com</c> or <c>HubSpotMonitor &lt;monitor@example.com&gt;</c>; a sender verified at SendGrid.</summary>
    public string From { get; set; } = "";

    /// <summary>Everybody who is to be told.</summary>
    public IList<string> To { get; } = [];

    /// <summary>SendGrid's API. Accounts in the EU have <c>https://api.eu.sendgrid.com</c>.</summary>
    public string BaseUrl { get; set; } = "https://api.sendgrid.com";
}

internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options) =>
        Failures(options).ToResult();

    // Values are never repeated: one is a secret, the others are people's addresses.
    private static IEnumerable<string> Failures(EmailOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ApiKey))
            yield return "Delivery:Email:ApiKey is empty: set it to a SendGrid API key that may send mail.";
        else if (!options.ApiKey.IsPlain())
            yield return "Delivery:Email:ApiKey holds a space or a letter that no key has: paste it again as SendGrid showed it.";

        if (!MailAddress.TryCreate(options.From, out _))
            yield return "Delivery:Email:From is not a mail address: write monitor@example.com or HubSpotMonitor <monitor@example.com>.";

        if (options.To.Count == 0)
            yield return "Delivery:Email:To is empty: name at least one address, as Delivery:Email:To:0.";

        for (var i = 0; i < options.To.Count; i++)
        {
            if (!MailAddress.TryCreate(options.To[i], out _))
                yield return $"Delivery:Email:To:{i} is not a mail address: write someone@example.com.";
        }

        if (!ChannelClient.IsSafeAddress(options.BaseUrl))
            yield return "Delivery:Email:BaseUrl must be an https address (http only on this machine): leave it out to use https://api.sendgrid.com.";
    }
}
