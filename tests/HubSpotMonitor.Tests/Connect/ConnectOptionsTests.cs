using HubSpotMonitor.Connect;
using HubSpotMonitor.Polling;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Connect;

public sealed class ConnectOptionsTests
{
    [Fact]
    public void Without_any_setting_it_is_off() => Check(new()).ShouldBeEmpty();

    [Fact]
    public void With_id_secret_and_address_it_is_on() => Check(Good()).ShouldBeEmpty();

    [Theory]
    [InlineData("http://monitor.example.com/connect/callback", "Connect:RedirectUrl is 'http://monitor.example.com/connect/callback'")]
    [InlineData("https://monitor.example.com/callback", "Connect:RedirectUrl is")]
    [InlineData(
        "https://monitor.example.com/connect/callback?code=key", "Connect:RedirectUrl is 'https://monitor.example.com/connect/callback?…': write")]
    [InlineData("https://user:key@monitor.example.com/callback", "Connect:RedirectUrl is 'https://monitor.example.com/callback': write")]
    [InlineData("https://monitor.example.com/connect/callback#x", "Connect:RedirectUrl is 'https://monitor.example.com/connect/callback#…': write")]
    [InlineData("https://hooks.slack.com/services/T1/B1/key", "Connect:RedirectUrl is 'https://hooks.slack.com/…': write")]
    [InlineData("hooks.slack.com/services/T1/B1/key", "Connect:RedirectUrl is 'hooks.slack.com/…': write")]
    [InlineData("/connect/callback?code=key", "Connect:RedirectUrl is '/connect/callback?…': write")]
    [InlineData("/connect/callback", "Connect:RedirectUrl is")]
    public void An_address_of_return_that_cannot_be_is_refused(string url, string sentence) =>
        Check(Good(options => options.RedirectUrl = new(url, UriKind.RelativeOrAbsolute))).ShouldHaveSingleItem().ShouldStartWith(sentence);

    [Fact]
    public void Each_wrong_setting_is_named()
    {
        Check(new() { ClientSecret = "x" }).ShouldHaveSingleItem().ShouldStartWith("Connect:ClientId is missing");
        Check(Good(options => options.ClientSecret = "")).ShouldHaveSingleItem().ShouldStartWith("Connect:ClientSecret is missing");
        Check(Good(options => options.ClientSecret = "pat-na1-x")).ShouldHaveSingleItem().ShouldStartWith("Connect:ClientSecret is an access token");
        Check(Good(options => options.ClientId = "a b")).ShouldHaveSingleItem().ShouldStartWith("Connect:ClientId holds a blank");
        Check(Good(options => options.Scopes = "crm.objects.contacts.read")).ShouldHaveSingleItem()
            .ShouldStartWith("Connect:Scopes does not name oauth");
        Check(Good(options => options.AuthorizeUrl = new("http://app.hubspot.com/oauth/authorize"))).ShouldHaveSingleItem()
            .ShouldStartWith("Connect:AuthorizeUrl is");
        Check(Good(options => options.AuthorizeUrl = new("https://app.hubspot.com/oauth/authorize?sig=key"))).ShouldHaveSingleItem()
            .ShouldStartWith("Connect:AuthorizeUrl is 'https://app.hubspot.com/oauth/authorize?…': people");
    }

    [Fact]
    public void No_sentence_holds_the_secret() =>
        Check(Good(options => (options.ClientSecret, options.RedirectUrl) = ("s3cret with blanks", null)))
            .ShouldAllBe(sentence => !sentence.Contains("s3cret"));

    [Fact]
    public void A_portal_needs_a_token_or_a_way_to_be_connected()
    {
        var portals = new PortalsOptions();
        portals.Portals.Add(new() { Id = 1, Token = "pat-na1-x" });
        portals.Portals.Add(new() { Id = 2 });
        new PortalCredentialsValidator(Options.Create(new ConnectOptions())).Validate(null, portals).Failures.ShouldNotBeNull().ShouldHaveSingleItem()
            .ShouldBe("Portals:1:Token is missing: set the token of a service key or private app of account 2, or Connect:ClientId to connect it by OAuth.");
        new PortalCredentialsValidator(Options.Create(Good())).Validate(null, portals).Succeeded.ShouldBeTrue();
    }

    private static ConnectOptions Good(Action<ConnectOptions>? change = null)
    {
        var options = new ConnectOptions
        {
            ClientId = "id",
            ClientSecret = "secret",
            RedirectUrl = new("https://monitor.example.com/connect/callback"),
        };
        change?.Invoke(options);
        return options;
    }

    private static IEnumerable<string> Check(ConnectOptions options) => new ConnectOptionsValidator().Validate(null, options).Failures ?? [];
}
