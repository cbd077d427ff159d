using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>AMQP in a websocket, against a gate that Microsoft's client goes through as well.</summary>
public sealed class WebSocketTests : IAsyncLifetime
{
    private const string Asked = "/$servicebus/websocket AMQPWSB10";

    private readonly ServiceBusLookAlike _azure = new(TimeProvider.System, ("email", "channels LIKE '%,email,%'"));
    private WebSocketGate _gate = null!;

    private string ConnectionString => ServiceBusLookAlike.ConnectionStringAt(_gate.Port);

    public async ValueTask InitializeAsync() => _gate = await WebSocketGate.StartAsync(_azure.Port);

    public async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        _azure.Dispose();
    }

    [Fact]
    public async Task What_is_sent_through_a_websocket_is_received_through_one_and_settled()
    {
        using var bus = Bus();
        await bus.SendAsync([.. Enumerable.Range(1, 300).Select(number => BusUnderTest.Parcel(number))]);

        (await bus.ReceiveAsync("email", 300)).Distinct().Count().ShouldBe(300);

        await BusUnderTest.EventuallyAsync(() => _azure["email"].Completed.Count == 300);
        _gate.Asked.Distinct().ShouldBe([Asked]);
    }

    [Fact]
    public async Task A_websocket_that_was_cut_is_opened_anew_and_nothing_is_lost()
    {
        using var bus = Bus();
        await bus.SendAsync(BusUnderTest.Parcel(1));
        _gate.Cut();
        await bus.SendAsync(BusUnderTest.Parcel(2));

        (await bus.ReceiveAsync("email", 2)).Order().ShouldBe(["alert-1", "alert-2"]);
        _gate.Asked.Count.ShouldBeGreaterThan(1, "one connection serves for all until it is cut");
    }

    [Fact]
    public async Task An_address_that_opens_no_websocket_is_told_with_what_to_check()
    {
        using var bus = Bus("amqp");

        var error = await Should.ThrowAsync<BusException>(() => bus.SendAsync(BusUnderTest.Parcel()));

        error.Message.ShouldStartWith("127.0.0.1 opens no websocket: check the bus's address, Bus:WebSocketProtocol");
        _gate.Asked.Distinct().ShouldBe(["/$servicebus/websocket amqp"]);
    }

    [Fact]
    public async Task Microsoft_s_client_asks_for_the_same_path_and_word_and_reads_what_we_sent()
    {
        using (var bus = Bus())
            await bus.SendAsync(BusUnderTest.Parcel(1), BusUnderTest.Parcel(2), BusUnderTest.Parcel(3));
        _gate.Asked.Clear();

        var seen = await MicrosoftClient.RunAsync(ConnectionString, "read", isWebSocket: true);

        seen.GetProperty("first").GetProperty("id").GetString().ShouldBe("alert-1:email");
        (_azure["email"].Count, _azure["email"].Completed.Count).ShouldBe((0, 3));
        _gate.Asked.Distinct().ShouldBe([Asked]);
    }

    private BusUnderTest Bus(string protocol = "AMQPWSB10") =>
        new(new() { ConnectionString = ConnectionString, Transport = BusTransport.AmqpWebSockets, WebSocketProtocol = protocol });
}
