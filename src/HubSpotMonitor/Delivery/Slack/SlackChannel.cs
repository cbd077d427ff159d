using System.Net;
using System.Text;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Slack;

/// <summary>Posts a message to an incoming webhook.</summary>
internal sealed class SlackChannel(IHttpClientFactory clients, IOptions<SlackOptions> options) : IChannel
{
    public const string ChannelName = "slack";

    private const string Service = "Slack";

    private readonly Uri _webhook = new(options.Value.WebhookUrl);

    public string Name => ChannelName;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = SlackMessage.Render(message);
        using var http = clients.CreateClient(ChannelName);
        var (status, error) = await ChannelClient.CallAsync(Service, token => PostAsync(http, body, token), cancellationToken);
        // Slack names the error in the body; the word is surer than the status.
        if (SlackError.Find(error) is { } known && (int)status >= 300)
            throw known.Failure(status);
        ChannelClient.ThrowIfRefused(Service, status, Advice);
    }

    private async Task<(HttpStatusCode Status, string Error)> PostAsync(HttpClient http, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(_webhook, content, cancellationToken);
        // As bytes: whatever stands between may answer in letters that nobody here can read, and Slack's words are plain.
        var error = response.IsSuccessStatusCode ? "" : Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return (response.StatusCode, error);
    }

    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "Slack refused us (401): copy the webhook's address anew to Delivery:Slack:WebhookUrl.",
        HttpStatusCode.RequestEntityTooLarge => "Slack found the message too large (413).",
        _ => $"Slack refused the message ({(int)status}): check Delivery:Slack:WebhookUrl.",
    };
}
