using System.Text.Json;
using Amqp.Framing;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;

namespace HubSpotMonitor.Tests.Bus;

public sealed class TopicBusTests : IDisposable
{
    private readonly ServiceBusLookAlike _azure = new(
        TimeProvider.System, ("email", "channels LIKE '%,email,%'"), ("teams", "channels LIKE '%,teams,%'"));
    private readonly BusUnderTest _bus;

    public TopicBusTests() => _bus = new(new() { ConnectionString = _azure.ConnectionString });

    public void Dispose()
    {
        _bus.Dispose();
        _azure.Dispose();
    }

    [Fact]
    public async Task A_message_is_one_data_section_of_JSON_with_its_routing_keys()
    {
        await _bus.SendAsync(BusUnderTest.Parcel(1, "teams", "email"));

        var sent = _azure.Topic.Received.ShouldHaveSingleItem();
        sent.Properties.ContentType.ToString().ShouldBe("application/json");
        sent.Properties.MessageId.ShouldBe("alert-1:email,teams");
        sent.Properties.Subject.ShouldStartWith("[High] API calls 6.9x normal");
        sent.ApplicationProperties["severity"].ShouldBe("High");
        sent.ApplicationProperties["rule"].ShouldBe("usage-spike");
        sent.ApplicationProperties["portal"].ShouldBe("123");
        sent.ApplicationProperties["channels"].ShouldBe(",email,teams,");
        var body = sent.BodySection.ShouldBeOfType<Data>().Binary;
        body[0].ShouldBe((byte)'{');
        JsonElement.Parse(body).GetProperty("version").GetInt32().ShouldBe(1);
        AlertEnvelope.Read(body).Envelope!.Message.Title.ShouldBe(BusUnderTest.Parcel().Message.Title);
    }

    [Fact]
    public async Task A_message_carries_the_sender_s_span_in_the_trace_of_what_it_tells()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var heard = new Listening();

        await _bus.SendAsync(BusUnderTest.Parcel() with { Message = BusUnderTest.Parcel().Message with { Trace = Trace } });

        var span = heard.Spans.ShouldHaveSingleItem();
        (span.DisplayName, span.TraceId.ToString(), span.ParentSpanId.ToString()).ShouldBe(("send alerts", Trace.Split('-')[1], Trace.Split('-')[2]));
        var sent = _azure.Topic.Received.ShouldHaveSingleItem();
        (sent.ApplicationProperties["traceparent"], sent.ApplicationProperties["Diagnostic-Id"]).ShouldBe((span.Id, span.Id));
        AlertEnvelope.Read(BusMessages.BodyOf(sent)).Envelope!.Message.Trace.ShouldBe(span.Id);
    }

    [Fact]
    public async Task Every_channel_gets_what_is_for_it_and_nothing_else()
    {
        await _bus.SendAsync(BusUnderTest.Parcel(1, "email"), BusUnderTest.Parcel(2, "teams"), BusUnderTest.Parcel(3, "email", "teams"));

        _azure["email"].Count.ShouldBe(2);
        _azure["teams"].Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_message_in_two_parcels_reaches_the_channels_of_both()
    {
        await _bus.SendAsync(BusUnderTest.Parcel(1, "email"), BusUnderTest.Parcel(1, "teams"));

        (_azure["email"].Count, _azure["teams"].Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_parcel_for_nobody_is_not_sent()
    {
        await _bus.Topic.PublishAsync([new(BusUnderTest.Parcel().Message, [])], DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);

        _azure.Topic.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_go_out_in_few_batches_cut_by_the_link_s_limit()
    {
        await _bus.SendAsync([.. Enumerable.Range(1, 200).Select(number => BusUnderTest.Parcel(number))]);

        _azure["email"].Count.ShouldBe(200);
        var sizes = _azure.Topic.Received.Sum(BusMessages.SizeOf);
        _azure.Topic.Transfers.ShouldBeInRange(sizes / (256 * 1024), (sizes / (256 * 1024)) + 2);
        sizes.ShouldBeGreaterThan(2 * 256 * 1024);
    }

    [Fact]
    public async Task What_the_link_cannot_take_is_refused_here_with_its_size()
    {
        _azure.MaxMessageSize = 1000;

        var failure = await Should.ThrowAsync<BusException>(() => _bus.SendAsync(BusUnderTest.Parcel()));

        failure.IsPermanent.ShouldBeTrue();
        failure.Message.ShouldContain("bytes, but alerts takes at most 1000");
        _azure.Topic.Transfers.ShouldBe(0);
    }

    [Theory]
    [InlineData("com.microsoft:server-busy")]
    [InlineData("com.microsoft:timeout")]
    [InlineData("amqp:internal-error")]
    [InlineData("amqp:link:detach-forced")]
    [InlineData("amqp:connection:forced")]
    public async Task What_may_pass_is_tried_again(string condition)
    {
        _azure.Inject(ServiceBusLookAlike.Reject(condition), ServiceBusLookAlike.Reject(condition));

        await _bus.SendAsync(BusUnderTest.Parcel());

        _azure["email"].Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("amqp:unauthorized-access", "refuses us")]
    [InlineData("amqp:not-found", "has no alerts")]
    [InlineData("amqp:link:message-size-exceeded", "of this size")]
    [InlineData("amqp:not-allowed", "amqp:not-allowed")]
    public async Task What_cannot_pass_is_told_at_once(string condition, string says)
    {
        _azure.Inject(ServiceBusLookAlike.Reject(condition));

        (await Should.ThrowAsync<BusException>(() => _bus.SendAsync(BusUnderTest.Parcel()))).Message.ShouldContain(says);
        _azure.Topic.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_given_back_is_sent_again()
    {
        _azure.Inject(ServiceBusLookAlike.Settle(new Released()), ServiceBusLookAlike.Settle(new Modified()));

        await _bus.SendAsync(BusUnderTest.Parcel());

        _azure["email"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task Trouble_that_stays_is_told_after_four_tries()
    {
        _azure.Inject([.. Enumerable.Repeat(ServiceBusLookAlike.Reject("com.microsoft:server-busy"), 5)]);

        await Should.ThrowAsync<BusException>(() => _bus.SendAsync(BusUnderTest.Parcel()));
        await Should.NotThrowAsync(() => _bus.SendAsync(BusUnderTest.Parcel()));
    }

    [Fact]
    public async Task An_acknowledgement_that_was_lost_makes_no_second_message()
    {
        _azure.Inject(ServiceBusLookAlike.TakeAndLose);

        await _bus.SendAsync(BusUnderTest.Parcel());

        _azure.Topic.Received.Count.ShouldBe(2);
        _azure.Topic.Repeats.ShouldBe(1);
        _azure["email"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bus_that_dropped_the_silent_or_was_away_is_connected_anew()
    {
        await _bus.SendAsync(BusUnderTest.Parcel(1));
        _azure.DetachAll();
        await _bus.SendAsync(BusUnderTest.Parcel(2));
        _azure.Restart();
        await _bus.SendAsync(BusUnderTest.Parcel(3));

        _azure["email"].Count.ShouldBe(3);
    }

    [Fact]
    public async Task Many_at_once_share_one_link()
    {
        await Task.WhenAll(Enumerable.Range(1, 50).Select(number => _bus.SendAsync(BusUnderTest.Parcel(number))));

        _azure["email"].Count.ShouldBe(50);
        _azure.Attached.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_link_that_is_refused_is_not_taken_for_open()
    {
        _azure.Refuses["alerts"] = new(new Amqp.Types.Symbol("amqp:not-found"));

        (await Should.ThrowAsync<BusException>(() => _bus.SendAsync(BusUnderTest.Parcel()))).IsPermanent.ShouldBeTrue();
    }
}
