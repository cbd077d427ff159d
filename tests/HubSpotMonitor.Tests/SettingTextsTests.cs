using HubSpotMonitor.Polling;
using Microsoft.Extensions.Configuration;

namespace HubSpotMonitor.Tests;

public sealed class SettingTextsTests
{
    private const string Secret = "pat-na1-0badc0de-1111-4222-8333-44445555dead";

    [Theory]
    [InlineData("Portals:0:Name")]
    [InlineData("Portals:0:Token:Old")]
    [InlineData("Delivery:Webhook:Url")]
    [InlineData("Alerting:Routes:0:Channels:1")]
    [InlineData("Connect:Scopes")]
    public void A_secret_in_another_setting_than_a_token_stops_the_start_and_is_not_told(string setting)
    {
        var wrong = Validate(setting, $"https://example.com/?key={Secret}").ShouldHaveSingleItem();
        wrong.ShouldStartWith($"{setting} holds a HubSpot secret (pat-na1-…dead)");
        wrong.ShouldNotContain("0badc0de");
    }

    [Theory]
    [InlineData("Portals:0:Token", Secret)]
    [InlineData("portals:12:token", Secret)]
    [InlineData("Portals:0:Name", "Acme pat-na1-…dead")]
    [InlineData("SomebodyElse:Token", Secret)]
    public void A_token_where_it_belongs_and_settings_of_others_are_left_alone(string setting, string value) =>
        Validate(setting, value).ShouldBeEmpty();

    [Theory]
    [InlineData("Portals:0:Token")]
    [InlineData("Webhooks:Secrets:1")]
    [InlineData("Connect:ClientSecret")]
    [InlineData("Delivery:Email:ApiKey")]
    public void A_reference_that_the_platform_could_not_resolve_stops_the_start_and_says_that_a_restart_is_not_enough(string setting)
    {
        var wrong = Validate(setting, "@Microsoft.KeyVault(SecretUri=https://v.example/secrets/s)").ShouldHaveSingleItem();
        wrong.ShouldStartWith($"{setting} is a Key Vault reference that was not resolved");
        wrong.ShouldEndWith("which a restart alone does not do (docs/deploy.md, \"The secrets\").");
    }

    private static IEnumerable<string> Validate(string setting, string value)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();
        return new SettingTextsValidator(settings).Validate(null, new PortalsOptions()).Failures ?? [];
    }
}
