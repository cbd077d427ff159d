using HubSpotMonitor.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests;

/// <summary>A channel that is written but not registered would be silent for ever.</summary>
public sealed class RegistrationTests(SharedAzurite azurite)
{
    // Beside mail and Teams, which every test has.
    private static readonly (string, string)[] Others =
    [
        ("Delivery:Smtp:Host", "localhost"),
        ("Delivery:Smtp:From", "monitor@example.com"),
        ("Delivery:Smtp:To:0", "security@example.com"),
        ("Delivery:Slack:WebhookUrl", "http://localhost/slack"),
        ("Delivery:Webhook:Url", "http://localhost/findings"),
        ("Delivery:Webhook:Secrets:0", "whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE="),
    ];

    [Fact]
    public async Task Every_channel_in_the_assembly_is_on_when_its_section_exists()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, [.. Others]);
        var written = typeof(IChannel).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IChannel)));
        monitor.Get<IEnumerable<IChannel>>().Select(channel => channel.GetType()).ShouldBe(written, ignoreOrder: true);
    }

    [Fact]
    public void Without_its_section_a_channel_is_off()
    {
        var services = new ServiceCollection().AddHubSpotMonitor(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.ShouldNotContain(service => service.ServiceType == typeof(IChannel));
    }
}
