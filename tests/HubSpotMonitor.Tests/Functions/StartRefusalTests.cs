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
        StartRefusal.Explain(new AggregateException(new OptionsValidationException("", typeof(object), ["x"]), new InvalidOperationException("boom")))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("pat-na1-11111111-2222-3333-4444-555555555678", "Portals:0:Id", "System.Int64", "Portals:0:Id cannot be read: write a whole number.")]
    [InlineData("s3cret' at 'here' to type 'System.Uri", "Clock:Speed", "System.Double", "Clock:Speed cannot be read: write a number.")]
    [InlineData(
        "s3cret", "Alerting:Digest", "HubSpotMonitor.Alerting.DigestRhythm", "Alerting:Digest cannot be read: write one of Daily, Weekly, Off.")]
    [InlineData("s3cret", "Odd:Setting", "System.Guid", "Odd:Setting cannot be read: write it as local.settings.sample.json shows.")]
    public void What_cannot_be_read_is_told_by_its_place_and_what_belongs_there_and_not_by_its_value(
        string value, string place, string type, string sentence)
    {
        var says = $"Failed to convert configuration value '{value}' at '{place}' to type '{type}'.";
        StartRefusal.Explain(new InvalidOperationException(says, new FormatException(value))).ShouldBe([sentence]);
    }

    [Fact]
    public void A_secret_in_a_sentence_of_anybody_is_told_as_its_fingerprint() =>
        StartRefusal.Explain(new FormatException("Invalid url: 'pat-na1-11111111-2222-3333-4444-555555555678'"))
            .ShouldBe(["Invalid url: 'pat-na1-…5678'"]);

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
    public void Without_a_port_the_monitor_keeps_its_own_time(string? text, int? port) =>
        HostMode.From(Settings(text)).CustomHandlerPort.ShouldBe(port);

    private static IConfigurationRoot Settings(string? port) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("FUNCTIONS_CUSTOMHANDLER_PORT", port)]).Build();
}
