using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Email;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Delivery.Email;

public sealed class EmailChannelTests : HttpChannelContract
{
    private const string ApiKey = "SG.secret-key";

    protected override IReadOnlyList<string> Secrets => [ApiKey, "oncall@example.com", "deputy@example.com"];

    protected override void Add(IServiceCollection services, IConfiguration configuration) => services.AddEmailChannel(configuration);

    protected override Dictionary<string, string?> Settings(Uri service) => new()
    {
        ["Delivery:Email:ApiKey"] = ApiKey,
        ["Delivery:Email:From"] = "HubSpotMonitor <monitor@example.com>",
        ["Delivery:Email:To:0"] = "oncall@example.com",
        ["Delivery:Email:To:1"] = "deputy@example.com",
        ["Delivery:Email:To:2"] = "OnCall@example.com",
        ["Delivery:Email:BaseUrl"] = service.AbsoluteUri,
    };

    [Fact]
    public async Task The_mail_goes_to_SendGrid_with_the_key()
    {
        var call = await SendAsync(Messages.Opened());
        (call.Path, call.Authorization).ShouldBe(("/v3/mail/send", "Bearer SG.secret-key"));
    }

    [Fact]
    public async Task Everybody_gets_it_once_from_the_configured_sender()
    {
        var mail = await MailAsync(Messages.Opened());
        var to = mail["personalizations"]![0]!["to"]!.AsArray().Select(entry => (string?)entry!["email"]);
        to.ShouldBe(["oncall@example.com", "deputy@example.com"]);
        ((string?)mail["from"]!["name"], (string?)mail["from"]!["email"]).ShouldBe(("HubSpotMonitor", "monitor@example.com"));
    }

    [Fact]
    public async Task The_subject_is_the_title()
    {
        var mail = await MailAsync(Messages.Opened());
        ((string?)mail["subject"]).ShouldBe("[High] API calls 6.9x normal - Acme (123) - since 02:10 (UTC+1), 41 % of the daily limit");
    }

    [Fact]
    public async Task A_hostile_name_stays_within_the_subject()
    {
        var subject = (string)(await MailAsync(Messages.Hostile()))["subject"]!;
        subject.ShouldContain("Evil Bcc: victim@example.com <script>");
        subject.ShouldNotContain("\n");
        subject.ShouldNotContain("\u202E");
    }

    [Fact]
    public async Task Links_and_opening_are_not_tracked()
    {
        var tracking = (await MailAsync(Messages.Opened()))["tracking_settings"]!;
        ((bool)tracking["click_tracking"]!["enable"]!).ShouldBeFalse();
        ((bool)tracking["click_tracking"]!["enable_text"]!).ShouldBeFalse();
        ((bool)tracking["open_tracking"]!["enable"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task The_mail_has_the_letters_headers()
    {
        var headers = (await MailAsync(Messages.Resolved()))["personalizations"]![0]!["headers"]!;
        ((string)headers["Message-ID"]!).ShouldMatch("^<message\\.[0-9a-f]{32}@example\\.com>$");
        ((string)headers["References"]!).ShouldMatch("^<alert\\.[0-9a-f]{32}@example\\.com>$");
    }

    [Fact]
    public async Task Both_parts_are_sent()
    {
        var types = (await MailAsync(Messages.Opened()))["content"]!.AsArray().Select(part => (string?)part!["type"]);
        types.ShouldBe(["text/plain", "text/html"]);
    }

    [Theory]
    [InlineData("Maximum credits exceeded", false)]
    [InlineData("The provided authorization grant is invalid, expired, or revoked", true)]
    public async Task A_plan_that_is_used_up_passes_and_a_key_that_is_refused_must_be_mended(string says, bool isOfChannel)
    {
        (Service.Status, Service.Says) = (401, $$"""{"errors":[{"message":"{{says}}","field":null,"help":null}]}""");
        var failure = await FailAsync(Answer.Take);
        (failure.IsPermanent, failure.IsOfChannel).ShouldBe((false, isOfChannel));
        failure.Message.ShouldNotContain(says);
        Service.Calls.Count.ShouldBe(1);
    }

    private async Task<JsonNode> MailAsync(AlertMessage message) => JsonNode.Parse((await SendAsync(message)).Body)!;
}
