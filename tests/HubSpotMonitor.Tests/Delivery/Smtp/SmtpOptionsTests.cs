using HubSpotMonitor.Delivery.Smtp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Delivery.Smtp;

public sealed class SmtpOptionsTests
{
    [Theory]
    [InlineData("Host", "", "Delivery:Smtp:Host is not a server's name")]
    [InlineData("Host", "smtp://mail.example.com", "Delivery:Smtp:Host is not a server's name")]
    [InlineData("Port", "0", "Delivery:Smtp:Port must be between")]
    [InlineData("Security", "None", "Delivery:Smtp:Security is None")]
    [InlineData("Password", "", "Delivery:Smtp:User and Delivery:Smtp:Password belong together")]
    [InlineData("From", "nobody", "Delivery:Smtp:From is not a mail address")]
    [InlineData("To:0", "at-home", "Delivery:Smtp:To:0 is not a mail address")]
    public void A_wrong_setting_stops_the_start_and_names_itself(string setting, string value, string sentence)
    {
        var failure = Should.Throw<OptionsValidationException>(() => Start(new(Valid()) { [$"Delivery:Smtp:{setting}"] = value }));
        failure.Message.ShouldStartWith(sentence);
        failure.ToString().ShouldNotContain("p4ssword");
    }

    [Theory]
    [InlineData("StartTls"), InlineData("Ssl")]
    public void A_right_setting_starts(string security) => Should.NotThrow(() => Start(new(Valid()) { ["Delivery:Smtp:Security"] = security }));

    private static Dictionary<string, string?> Valid() => new()
    {
        ["Delivery:Smtp:Host"] = "mail.example.com",
        ["Delivery:Smtp:User"] = "monitor",
        ["Delivery:Smtp:Password"] = "p4ssword",
        ["Delivery:Smtp:From"] = "monitor@example.com",
        ["Delivery:Smtp:To:0"] = "oncall@example.com",
    };

    private static void Start(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var provider = new ServiceCollection().AddSmtpChannel(configuration).BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
