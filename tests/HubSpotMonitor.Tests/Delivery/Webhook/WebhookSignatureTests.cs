using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Delivery.Webhook;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Delivery.Webhook;

public sealed class WebhookSignatureTests
{
    [Fact]
    public void The_signature_covers_id_time_and_body()
    {
        var key = Encoding.UTF8.GetBytes("a key of twenty-four byte");
        var expected = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("msg_1.1674087231.{\"a\":1}")));
        WebhookSignature.Sign("msg_1", DateTimeOffset.FromUnixTimeSeconds(1674087231), Encoding.UTF8.GetBytes("{\"a\":1}"), [key])
            .ShouldBe($"v1,{expected}");
    }

    [Theory]
    [InlineData("whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=", true)]
    [InlineData("bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("whsec_not base64", false)]
    public void A_secret_is_whsec_and_at_least_24_bytes(string secret, bool isOne) => (WebhookSignature.Key(secret) is not null).ShouldBe(isOne);

    [Theory]
    [InlineData("Url", "http://siem.example.com/s3cret", "Delivery:Webhook:Url must be an https address")]
    [InlineData("Secrets:0", "", "Delivery:Webhook:Secrets is empty")]
    [InlineData("Secrets:0", "whsec_s3cret", "Delivery:Webhook:Secrets:0 is no signing secret")]
    [InlineData("Secrets:1", "s3cret", "Delivery:Webhook:Secrets:1 is no signing secret")]
    public void A_wrong_setting_stops_the_start_and_stays_unsaid(string setting, string value, string sentence)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Delivery:Webhook:Url"] = "https://siem.example.com/",
            ["Delivery:Webhook:Secrets:0"] = "whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=",
            [$"Delivery:Webhook:{setting}"] = value,
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var provider = new ServiceCollection().AddWebhookChannel(configuration).BuildServiceProvider();
        var failure = Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        failure.Message.ShouldStartWith(sentence);
        failure.ToString().ShouldNotContain("s3cret");
    }
}
