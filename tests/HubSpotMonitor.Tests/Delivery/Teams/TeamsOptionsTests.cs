using HubSpotMonitor.Delivery.Teams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Delivery.Teams;

public sealed class TeamsOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("workflow?sig=secret")]
    [InlineData("http://teams.example.com/?sig=secret")]
    [InlineData("https://[bad/?sig=secret")]
    public void A_wrong_address_stops_the_start_and_stays_unsaid(string address)
    {
        var failure = Should.Throw<OptionsValidationException>(() => Start(address));
        failure.Message.ShouldStartWith("Delivery:Teams:WorkflowUrl must be an https address");
        failure.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("https://prod-01.westeurope.logic.azure.com/workflows/1?sig=secret")]
    [InlineData("http://localhost:5005/teams")]
    public void A_right_address_starts(string address) => Should.NotThrow(() => Start(address));

    private static void Start(string address)
    {
        var settings = new Dictionary<string, string?> { ["Delivery:Teams:WorkflowUrl"] = address };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var provider = new ServiceCollection().AddTeamsChannel(configuration).BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
