using HubSpotMonitor.Bus;

namespace HubSpotMonitor.Tests.Bus;

public sealed class BusOptionsTests
{
    private const string Azure =
        "Endpoint=sb://my-bus.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=";

    [Theory]
    [InlineData(Azure, "my-bus.servicebus.windows.net", null, true)]
    [InlineData("Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
        "localhost", null, false)]
    [InlineData("endpoint=sb://emulator:5673/; sharedaccesskeyname=k; sharedaccesskey=a=b==; usedevelopmentemulator=TRUE", "emulator", 5673, false)]
    [InlineData("Endpoint=amqp://[::1]:5672;SharedAccessKeyName=guest;SharedAccessKey=guest", "::1", 5672, false)]
    [InlineData("Endpoint=amqps://rabbit.example.com;SharedAccessKeyName=monitor;SharedAccessKey=x", "rabbit.example.com", null, true)]
    [InlineData("Endpoint=amqp://192.168.1.7:5672;SharedAccessKeyName=guest;SharedAccessKey=guest", "192.168.1.7", 5672, false)]
    public void Connection_strings_of_Azure_of_the_emulator_and_of_plain_brokers_are_read(string text, string host, int? port, bool isTls)
    {
        var (parsed, wrong) = ServiceBusConnectionString.Parse(text);

        wrong.ShouldBeNull();
        (parsed!.Host, parsed.Port, parsed.IsTls).ShouldBe((host, port, isTls));
    }

    [Fact]
    public void A_key_keeps_its_equals_signs_and_is_shown_to_nobody()
    {
        var parsed = ServiceBusConnectionString.Parse(Azure).Parsed!;

        parsed.Key.ShouldBe("c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=");
        parsed.ToString().ShouldBe("my-bus.servicebus.windows.net as send");
    }

    [Theory]
    [InlineData("secret", "not Name=Value")]
    [InlineData("Endpoint=sb://a.example;Endpoint=sb://b.example;SharedAccessKeyName=k;SharedAccessKey=secret", "twice")]
    [InlineData("Endpoint=https://a.example;SharedAccessKeyName=k;SharedAccessKey=secret", "no Endpoint")]
    [InlineData("Endpoint=sb://user:secret@a.example;SharedAccessKeyName=k;SharedAccessKey=secret", "no Endpoint")]
    [InlineData("SharedAccessKeyName=k;SharedAccessKey=secret", "no Endpoint")]
    [InlineData("Endpoint=sb://a.example;SharedAccessKey=secret", "lacks SharedAccessKeyName")]
    [InlineData("Endpoint=sb://a.example;SharedAccessKeyName=k", "lacks SharedAccessKeyName or SharedAccessKey")]
    [InlineData("Endpoint=sb://a.example;SharedAccessSignature=secret", "ready-made signature")]
    [InlineData("Endpoint=amqp://rabbit.example.com;SharedAccessKeyName=k;SharedAccessKey=secret", "no encryption")]
    [InlineData("Endpoint=sb://8.8.8.8;SharedAccessKeyName=k;SharedAccessKey=secret;UseDevelopmentEmulator=true", "no encryption")]
    [InlineData(
        "Endpoint=sb://my-bus.servicebus.windows.net;SharedAccessKeyName=k;SharedAccessKey=secret;UseDevelopmentEmulator=true", "no encryption")]
    [InlineData("Endpoint=sb://a.example;SharedAccessKeyName=k;SharedAccessKey=secret;EntityPath=other", "EntityPath")]
    public void What_is_wrong_is_told_without_the_secret(string text, string says)
    {
        var sentence = Wrong(new() { ConnectionString = text });

        sentence.ShouldStartWith("Bus:ConnectionString ");
        sentence.ShouldContain(says);
        sentence.ShouldNotContain("secret");
    }

    [Fact]
    public void Other_settings_are_named_when_they_are_wrong()
    {
        Wrong(new() { ConnectionString = Azure, Namespace = "my-bus.servicebus.windows.net" }).ShouldContain("not both");
        Wrong(new() { Namespace = "sb://my-bus.servicebus.windows.net" }).ShouldStartWith("Bus:Namespace is 'sb://");
        Wrong(new() { Namespace = "my-bus.servicebus.windows.net", Broker = BusBroker.Plain }).ShouldStartWith("Bus:Broker is Plain");
        Wrong(new() { ConnectionString = Azure, Topic = "" }).ShouldStartWith("Bus:Topic is empty");
        Wrong(new() { ConnectionString = Azure, Subscription = "alerts/Subscriptions/email" }).ShouldContain("{channel}");
        Wrong(new() { ConnectionString = Azure, DeadLetters = "dead" }).ShouldStartWith("Bus:DeadLetters");
        Wrong(new() { ConnectionString = Azure, Transport = BusTransport.AmqpWebSockets, WebSocketProtocol = "" })
            .ShouldStartWith("Bus:WebSocketProtocol");
    }

    [Fact]
    public void Nothing_set_is_no_bus_and_both_ways_alone_are_right()
    {
        foreach (var options in new BusOptions[] { new(), new() { ConnectionString = Azure }, new() { Namespace = "my-bus.servicebus.windows.net" } })
            new BusOptionsValidator().Validate(null, options).Succeeded.ShouldBeTrue();
        new BusOptions().IsOn.ShouldBeFalse();
    }

    private static string Wrong(BusOptions options) =>
        new BusOptionsValidator().Validate(null, options).Failures.ShouldNotBeNull().ShouldHaveSingleItem();
}
