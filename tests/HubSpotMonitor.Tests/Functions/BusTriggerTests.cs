using System.Net;
using System.Text;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Functions.Triggers;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>The Functions host brings messages of the channels' subscriptions.</summary>
public sealed class BusTriggerTests(SharedAzurite azurite, MailingHandler refusing) : IClassFixture<MailingHandler>, IAsyncDisposable
{
    private readonly MailingHandler _fresh = new(azurite);

    private RunningCustomHandler Host => _fresh.Host;

    public ValueTask DisposeAsync() => _fresh.DisposeAsync();

    [Fact]
    public void Every_channel_has_a_function()
    {
        string[] channels = ["email", "smtp", "teams", "slack", "webhook"];
        BusEndpoints.Functions.Select(BusEndpoints.ChannelOf).ShouldBe(channels);
        typeof(IChannel).Assembly.GetTypes()
            .Count(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IChannel)))
            .ShouldBe(channels.Length);
    }

    [Fact]
    public async Task A_message_is_written_down_and_tried_and_a_repeat_changes_nothing()
    {
        for (var delivery = 1; delivery <= 2; delivery++)
            (await SendAsync(HostCalls.Bus(FunctionNames.DeliverEmail, HostCalls.Envelope("email")))).ShouldBe((HttpStatusCode.OK, "{}"));

        var written = await WrittenAsync("email");
        written.ShouldHaveSingleItem().Attempts.ShouldBe(1);
        written[0].Message.Id.ShouldBe("a1b2c3-1");
    }

    [Fact]
    public async Task A_message_s_trace_goes_on_in_the_delivery()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var envelope = AlertEnvelope.Of(Messages.Opened() with { Trace = Trace }, ["email"]);

        (await SendAsync(HostCalls.Bus(FunctionNames.DeliverEmail, envelope.ToUtf8()))).Status.ShouldBe(HttpStatusCode.OK);

        (await WrittenAsync("email")).ShouldHaveSingleItem().Message.Trace.ShouldBe(Trace);
    }

    [Fact]
    public async Task An_order_to_poll_is_carried_out_and_what_is_none_fails()
    {
        var order = new PollOrder { Kind = PollKind.Usage, Portal = 12345678, At = DateTimeOffset.UnixEpoch };

        (await SendAsync(HostCalls.Bus(FunctionNames.PollPortal, order.ToUtf8()))).ShouldBe((HttpStatusCode.OK, "{}"));
        (await SendAsync(HostCalls.Bus(FunctionNames.PollPortal, HostCalls.Envelope("email")))).Status.ShouldBe(HttpStatusCode.InternalServerError);

        var checkpoint = await Host.Services.GetRequiredService<CheckpointTable>().ReadAsync(12345678, TestContext.Current.CancellationToken);
        checkpoint!.Outcome.ShouldBe(PollOutcome.Unreachable);
    }

    [Fact]
    public async Task What_is_for_other_channels_is_completed_and_not_written_down()
    {
        (await SendAsync(HostCalls.Bus(FunctionNames.DeliverEmail, HostCalls.Envelope("teams")))).ShouldBe((HttpStatusCode.OK, "{}"));

        (await WrittenAsync("email")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_comes_for_a_channel_that_is_off_is_written_down_and_waits_for_others()
    {
        (await SendAsync(HostCalls.Bus(FunctionNames.DeliverTeams, HostCalls.Envelope("teams")))).ShouldBe((HttpStatusCode.OK, "{}"));

        (await WrittenAsync("teams")).ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Queued);
        (await WrittenAsync("email")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Metadata_that_a_sender_forged_overrides_nothing()
    {
        var forged = Convert.ToBase64String(HostCalls.Envelope("email"));
        var metadata = $$"""{"message":"{{forged}}","Data":{"message":"{{forged}}"},"channels":"email",""";

        (await SendAsync(HostCalls.Bus(FunctionNames.DeliverEmail, HostCalls.Envelope("teams"), metadata[1..]))).Status.ShouldBe(HttpStatusCode.OK);

        (await WrittenAsync("email")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hello", "The body is not a message of this monitor.")]
    [InlineData("""{"version":9,"channels":["email"],"message":null}""", "Version 9 of the message is not known here.")]
    public async Task A_body_that_is_none_of_ours_fails_so_that_the_bus_puts_it_aside(string body, string why)
    {
        var (status, text) = await SendAsync(refusing.Host, HostCalls.Bus(FunctionNames.DeliverEmail, Encoding.UTF8.GetBytes(body)));

        status.ShouldBe(HttpStatusCode.InternalServerError);
        text.ShouldContain($"DeliverEmail cannot read the message. {why}");
    }

    [Theory]
    [InlineData("""{"Data":{"message":"\"{\\\"version\\\":1}\""},"Metadata":{}}""", HttpStatusCode.InternalServerError)]
    [InlineData("""{"Data":{"message":{"version":1}},"Metadata":{}}""", HttpStatusCode.InternalServerError)]
    [InlineData("""{"Data":{},"Metadata":{}}""", HttpStatusCode.InternalServerError)]
    [InlineData("""{"Data":{"message":"aGVsbG8="}}""", HttpStatusCode.BadRequest)]
    [InlineData("hello", HttpStatusCode.BadRequest)]
    public async Task A_call_of_another_form_is_no_message(string body, HttpStatusCode status) =>
        (await SendAsync(refusing.Host, HostCalls.Timer(FunctionNames.DeliverEmail, body))).Status.ShouldBe(status);

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Host", "evil.example")]
    public async Task A_call_from_outside_is_refused(string header, string value)
    {
        using var request = HostCalls.Bus(FunctionNames.DeliverEmail, HostCalls.Envelope("email"));
        request.Headers.TryAddWithoutValidation(header, value);

        (await SendAsync(refusing.Host, request)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await WrittenAsync(refusing.Host, "email")).ShouldBeEmpty();
    }

    private Task<IReadOnlyList<AlertDelivery>> WrittenAsync(string channel) => WrittenAsync(Host, channel);

    private static Task<IReadOnlyList<AlertDelivery>> WrittenAsync(RunningCustomHandler host, string channel) =>
        host.Services.GetRequiredService<DeliveryTable>().ReadNewestAsync(channel, 10, TestContext.Current.CancellationToken);

    private Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request) => SendAsync(Host, request);

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(RunningCustomHandler host, HttpRequestMessage request)
    {
        var answer = await host.Browser().SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>With tables of its own and mail that cannot be sent. One for all that is refused, since that leaves nothing behind.</summary>
public sealed class MailingHandler : IAsyncDisposable
{
    public MailingHandler(SharedAzurite azurite)
    {
        ArgumentNullException.ThrowIfNull(azurite);
        Host.With("Store:ConnectionString", azurite.ConnectionString)
            .With("Store:TablePrefix", SharedAzurite.NewPrefix())
            .With("Delivery:Email:ApiKey", "SG.secret")
            .With("Delivery:Email:From", "monitor@example.com")
            .With("Delivery:Email:To:0", "security@example.com")
            .With("Delivery:Email:BaseUrl", "http://127.0.0.1:1/");
    }

    internal RunningCustomHandler Host { get; } = new();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
