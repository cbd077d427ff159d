using System.Net;
using System.Text;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>Posts a message as an Adaptive Card to a workflow.</summary>
internal sealed class TeamsChannel(IHttpClientFactory clients, IOptions<TeamsOptions> options) : IChannel
{
    public const string ChannelName = "teams";

    private const string Service = "The Teams workflow";

    private readonly Uri _workflow = new(options.Value.WorkflowUrl);

    public string Name => ChannelName;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = AlertCard.Render(message);
        using var http = clients.CreateClient(ChannelName);
        var status = await ChannelClient.CallAsync(Service, token => PostAsync(http, body, token), cancellationToken);
        ChannelClient.ThrowIfRefused(Service, status, Advice, saysBadRequestWhenOff: true);
    }

    private async Task<HttpStatusCode> PostAsync(HttpClient http, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(_workflow, content, cancellationToken);
        return response.StatusCode;
    }

    // https://learn.microsoft.com/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot
    // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest =>
            "The Teams workflow could not use the card (400): it must be on and start with \"When a Teams webhook request is received\".",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            $"The Teams workflow refused us ({(int)status}): copy its address anew to Delivery:Teams:WorkflowUrl, and let anyone trigger it.",
        HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            $"There is no such Teams workflow any more ({(int)status}): make one and copy its address to Delivery:Teams:WorkflowUrl.",
        HttpStatusCode.RequestEntityTooLarge => "Teams found the card too large (413).",
        _ => $"The Teams workflow refused the card ({(int)status}): check Delivery:Teams:WorkflowUrl.",
    };
}
