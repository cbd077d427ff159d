using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Teams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Delivery.Teams;

public sealed class TeamsChannelTests : HttpChannelContract
{
    // A workflow that is switched off.
    private protected override bool SaysBadRequestWhenOff => true;

    protected override IReadOnlyList<string> Secrets => ["s3cret-signature", "workflows/f00", "127.0.0.1:"];

    protected override void Add(IServiceCollection services, IConfiguration configuration) => services.AddTeamsChannel(configuration);

    protected override Dictionary<string, string?> Settings(Uri service) => new()
    {
        ["Delivery:Teams:WorkflowUrl"] = new Uri(service, "/workflows/f00/run?sp=x&sig=s3cret-signature").AbsoluteUri,
    };

    [Fact]
    public async Task The_card_goes_to_the_workflow_in_its_envelope()
    {
        var call = await SendAsync(Messages.Opened());
        call.Path.ShouldBe("/workflows/f00/run");
        var envelope = JsonNode.Parse(call.Body)!;
        ((string?)envelope["type"]).ShouldBe("message");
        ((string?)envelope["attachments"]![0]!["contentType"]).ShouldBe("application/vnd.microsoft.card.adaptive");
    }
}
