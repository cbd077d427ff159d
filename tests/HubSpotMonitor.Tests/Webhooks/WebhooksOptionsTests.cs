using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests.Webhooks;

public sealed class WebhooksOptionsTests
{
    [Fact]
    public void Without_any_setting_webhooks_are_off() => Wrong(new()).ShouldBeEmpty();

    [Fact]
    public void An_address_and_a_secret_are_enough() => Wrong(Good()).ShouldBeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_a_secret_the_start_is_refused(string? secret)
    {
        var options = Good();
        options.Secrets.Clear();
        if (secret is not null) options.Secrets.Add(secret);
        Wrong(options).ShouldHaveSingleItem().ShouldContain("Webhooks:Secrets:0");
    }

    [Fact]
    public void A_previous_secret_does_not_stand_in_for_the_present_one()
    {
        var options = Good();
        options.Secrets[0] = "";
        options.Secrets.Add(Signed.OtherSecret);
        Wrong(options).ShouldHaveSingleItem().ShouldContain("Webhooks:Secrets:0 is missing");
    }

    [Theory]
    [InlineData("http://monitor.example.com/webhooks/hubspot")]
    [InlineData("monitor.example.com/webhooks/hubspot")]
    [InlineData("ftp://monitor.example.com/")]
    [InlineData("https://monitor.example.com/webhooks/hubspot#x")]
    public void The_address_must_be_one_that_HubSpot_calls(string url)
    {
        var options = Good();
        options.PublicUrl = new(url, UriKind.RelativeOrAbsolute);
        Wrong(options).ShouldHaveSingleItem().ShouldContain("Webhooks:PublicUrl");
    }

    [Fact]
    public void The_query_of_an_address_is_not_repeated()
    {
        var options = Good();
        options.PublicUrl = new("http://monitor.example.com/webhooks/hubspot?sig=s3cret");
        Wrong(options).ShouldHaveSingleItem().ShouldStartWith("Webhooks:PublicUrl is 'http://monitor.example.com/webhooks/hubspot?…': write");
    }

    [Fact]
    public void An_access_token_is_told_from_a_client_secret_without_repeating_it()
    {
        var options = Good();
        options.Secrets[0] = "pat-na1-11111111-2222-3333-4444-555555555555";
        Wrong(options).ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(says => says.ShouldContain("client secret"), says => says.ShouldNotContain("5555"));
    }

    [Fact]
    public void A_setting_that_is_out_of_reach_is_named()
    {
        var options = Good();
        (options.MaxBodyBytes, options.KeepDays, options.AppId) = (0, 1, -1);
        string.Join('\n', Wrong(options)).ShouldSatisfyAllConditions(
            says => says.ShouldContain("Webhooks:MaxBodyBytes"),
            says => says.ShouldContain("Webhooks:KeepDays"),
            says => says.ShouldContain("Webhooks:AppId"));
        Wrong(new() { AllowV1 = true }).ShouldHaveSingleItem().ShouldContain("Webhooks__Secrets__0");
    }

    private static WebhooksOptions Good()
    {
        var options = new WebhooksOptions { PublicUrl = new(Signed.Url) };
        options.Secrets.Add(Signed.Secret);
        return options;
    }

    private static List<string> Wrong(WebhooksOptions options) => [.. new WebhooksOptionsValidator().Validate(null, options).Failures ?? []];
}
