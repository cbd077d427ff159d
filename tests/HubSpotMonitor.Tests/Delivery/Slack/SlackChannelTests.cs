using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Slack;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Delivery.Slack;

public sealed class SlackChannelTests : HttpChannelContract
{
    protected override IReadOnlyList<string> Secrets => ["s3cret", "services/T00", "127.0.0.1:"];

    protected override void Add(IServiceCollection services, IConfiguration configuration) => services.AddSlackChannel(configuration);

    protected override Dictionary<string, string?> Settings(Uri service) => new()
    {
        ["Delivery:Slack:WebhookUrl"] = new Uri(service, "/services/T00/B00/s3cret").AbsoluteUri,
    };

    [Fact]
    public async Task The_message_goes_to_the_webhook_and_its_links_are_not_opened_by_Slack()
    {
        var call = await SendAsync(Messages.Opened());
        call.Path.ShouldBe("/services/T00/B00/s3cret");
        var message = JsonNode.Parse(call.Body)!;
        ((bool)message["unfurl_links"]!, (bool)message["unfurl_media"]!).ShouldBe((false, false));
    }

    [Theory]
    [InlineData(400, "invalid_payload", true, false)]
    [InlineData(403, "action_prohibited", false, true)]
    [InlineData(404, "channel_not_found", false, true)]
    [InlineData(404, "no_service\n", false, true)]
    [InlineData(410, "channel_is_archived", false, true)]
    [InlineData(500, "no_active_hooks", false, true)]
    [InlineData(500, "rollup_error", false, false)]
    [InlineData(400, "rate_limited", false, false)]
    public async Task The_word_that_Slack_answers_decides(int status, string word, bool isPermanent, bool isOfChannel)
    {
        (Service.Status, Service.Says) = (status, word);
        var failure = await FailAsync(Answer.Take);
        (failure.IsPermanent, failure.IsOfChannel).ShouldBe((isPermanent, isOfChannel));
        failure.Message.ShouldContain(word.Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://hooks.slack.com/services/s3cret")]
    public void A_wrong_address_stops_the_start_and_stays_unsaid(string address)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Delivery:Slack:WebhookUrl", address)]).Build();
        using var provider = new ServiceCollection().AddSlackChannel(configuration).BuildServiceProvider();
        var failure = Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        failure.Message.ShouldStartWith("Delivery:Slack:WebhookUrl must be an https address");
        failure.ToString().ShouldNotContain("s3cret");
    }
}
