using HubSpotMonitor.Delivery.Email;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Delivery.Email;

public sealed class EmailOptionsTests
{
    [Theory]
    [InlineData("ApiKey", "", "Delivery:Email:ApiKey is empty")]
    [InlineData("ApiKey", "SG.half other-half", "Delivery:Email:ApiKey holds a space")]
    [InlineData("From", "nobody", "Delivery:Email:From is not a mail address")]
    [InlineData("To:0", "", "Delivery:Email:To:0 is not a mail address")]
    [InlineData("To:1", "at-home", "Delivery:Email:To:1 is not a mail address")]
    [InlineData("BaseUrl", "http://mail.example.com", "Delivery:Email:BaseUrl must be an https address")]
    [InlineData("BaseUrl", "sendgrid", "Delivery:Email:BaseUrl must be an https address")]
    public void A_wrong_setting_stops_the_start_and_names_itself(string setting, string value, string sentence)
    {
        var failure = Should.Throw<OptionsValidationException>(() => Start(new(Valid()) { [$"Delivery:Email:{setting}"] = value }));
        failure.Message.ShouldStartWith(sentence);
        if (value != "")
            failure.ToString().ShouldNotContain($" {value}");
    }

    [Fact]
    public void Nobody_to_tell_stops_the_start()
    {
        var settings = Valid();
        settings.Remove("Delivery:Email:To:0");
        Should.Throw<OptionsValidationException>(() => Start(settings)).Message.ShouldStartWith("Delivery:Email:To is empty");
    }

    [Theory]
    [InlineData("http://127.0.0.1:5005")]
    [InlineData("https://api.eu.sendgrid.com")]
    public void A_right_setting_starts(string baseUrl) => Should.NotThrow(() => Start(new(Valid()) { ["Delivery:Email:BaseUrl"] = baseUrl }));

    private static Dictionary<string, string?> Valid() => new()
    {
        ["Delivery:Email:ApiKey"] = "SG.key",
        ["Delivery:Email:From"] = "monitor@example.com",
        ["Delivery:Email:To:0"] = "oncall@example.com",
    };

    private static void Start(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var provider = new ServiceCollection().AddEmailChannel(configuration).BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
