using HubSpotMonitor.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Functions;

public sealed class StartRefusalTests
{
    [Fact]
    public void Every_wrong_setting_is_told_once()
    {
        var one = new OptionsValidationException("", typeof(object), ["Store:ConnectionString is missing.", "Portals:0:Token is missing."]);
        var two = new OptionsValidationException("", typeof(object), ["Portals:0:Token is missing."]);

        StartRefusal.Explain(new AggregateException(one, two)).ShouldBe(["Store:ConnectionString is missing.", "Portals:0:Token is missing."]);
    }

    [Fact]
    public void A_fault_of_ours_is_not_dressed_as_a_wrong_setting() =>
        StartRefusal.Explain(new AggregateException(new OptionsValidationException("", typeof(object), ["x"]), new InvalidOperationException("boom"))).ShouldBeEmpty();

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-5")]
    [InlineData("port")]
    public void A_port_that_is_none_is_refused(string port) =>
        Should.Throw<StartRefusal>(() => HostMode.From(Settings(port))).Message.ShouldContain("FUNCTIONS_CUSTOMHANDLER_PORT");

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("5001", 5001)]
    public void Without_a_port_the_monitor_keeps_its_own_time(string? text, int? port) => HostMode.From(Settings(text)).CustomHandlerPort.ShouldBe(port);

    private static IConfigurationRoot Settings(string? port) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("FUNCTIONS_CUSTOMHANDLER_PORT", port)]).Build();
}
