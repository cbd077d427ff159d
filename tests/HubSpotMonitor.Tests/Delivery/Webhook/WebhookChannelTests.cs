using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Webhook;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Delivery.Webhook;

public sealed class WebhookChannelTests : HttpChannelContract
{
    private const string NewSecret = "whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=";
    private const string OldSecret = "whsec_b2xkLXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=";

    private readonly FakeTimeProvider _clock = new(Samples.Noon);

    protected override IReadOnlyList<string> Secrets => ["bmV3LXNl", "b2xkLXNl", "hidden-path"];

    protected override void Add(IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton<TimeProvider>(_clock).AddWebhookChannel(configuration);

    protected override Dictionary<string, string?> Settings(Uri service) => new()
    {
        ["Delivery:Webhook:Url"] = new Uri(service, "/hidden-path").AbsoluteUri,
        ["Delivery:Webhook:Secrets:0"] = NewSecret,
        ["Delivery:Webhook:Secrets:1"] = OldSecret,
    };

    [Fact]
    public async Task A_repeat_has_the_same_id_and_both_secrets_sign()
    {
        await Channel.SendAsync(Messages.Opened(), Token);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await Channel.SendAsync(Messages.Opened(), Token);
        Service.Calls.Select(call => call.Headers["webhook-id"]).ShouldBe(["a1b2c3-1", "a1b2c3-1"]);
        Service.Calls.Select(call => call.Headers["webhook-timestamp"])
            .ShouldBe([$"{Samples.Noon.ToUnixTimeSeconds()}", $"{Samples.Noon.ToUnixTimeSeconds() + 300}"]);
        Service.Calls.First().Headers["webhook-signature"].Split(' ').ShouldAllBe(signature => signature.StartsWith("v1,", StringComparison.Ordinal));
    }

    // Standard Webhooks' own library for Node is the receiver.
    [Fact]
    public async Task The_library_of_Standard_Webhooks_accepts_either_secret_and_nothing_that_was_changed()
    {
        var call = await SendAsync(Messages.Hostile());
        List<WebhookLetter> letters =
        [
            Letter(call, NewSecret),
            Letter(call, OldSecret),
            Letter(call, "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes("some-other-secret-of-32-bytes!!!"))),
            Letter(call, NewSecret) with { Body = call.Body.Replace("Evil", "Good", StringComparison.Ordinal) },
            Letter(call, NewSecret) with { Id = "another" },
            Letter(call, NewSecret) with { At = Samples.Noon.AddMinutes(6).ToUnixTimeMilliseconds() },
            Letter(call, NewSecret) with { Timestamp = $"{Samples.Noon.ToUnixTimeSeconds() + 1}" },
        ];
        (await StandardWebhooks.AcceptsAsync(letters)).ShouldBe([true, true, false, false, false, false, false]);
    }

    [Theory]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://localhost.localdomain.invalid./")]
    public async Task A_place_in_a_private_network_or_nowhere_gets_nothing(string url)
    {
        var services = new ServiceCollection();
        Add(services, new ConfigurationBuilder()
            .AddInMemoryCollection([new("Delivery:Webhook:Url", url), new("Delivery:Webhook:Secrets:0", NewSecret)])
            .Build());
        await using var provider = services.BuildServiceProvider();
        var failure = await Should.ThrowAsync<DeliveryException>(() => provider.GetRequiredService<IChannel>().SendAsync(Messages.Opened(), Token));
        failure.IsOfChannel.ShouldBe(url.Contains("10.0.0.1", StringComparison.Ordinal));
        if (failure.IsOfChannel)
            failure.Message.ShouldContain("private network");
    }

    [Fact]
    public async Task The_body_is_the_finding()
    {
        var body = JsonNode.Parse((await SendAsync(Messages.Opened())).Body)!;
        ((int)body["class_uid"]!, (string?)body["metadata"]!["version"]).ShouldBe((2004, "1.8.0"));
    }

    private static WebhookLetter Letter(FakeService.Call call, string secret) =>
        new(
            secret,
            call.Headers["webhook-id"],
            call.Headers["webhook-timestamp"],
            call.Headers["webhook-signature"],
            call.Body,
            Samples.Noon.ToUnixTimeMilliseconds());
}
