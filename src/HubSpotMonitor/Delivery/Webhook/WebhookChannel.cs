using System.Net;
using System.Net.Http.Headers;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>Posts a message as an OCSF finding, signed. The message's id goes with it, so that the receiver recognises a repeat.</summary>
internal sealed class WebhookChannel(IHttpClientFactory clients, IOptions<WebhookOptions> options, TimeProvider clock) : IChannel
{
    public const string ChannelName = "webhook";

    private const string Service = "The webhook's receiver";

    private readonly Uri _url = new(options.Value.Url);
    private readonly List<byte[]> _keys =
        [.. options.Value.Secrets.Where(secret => secret.Length > 0).Select(secret => WebhookSignature.Key(secret)!)];

    public string Name => ChannelName;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = OcsfFinding.Render(message);
        using var http = clients.CreateClient(ChannelName);
        var status = await ChannelClient.CallAsync(Service, token => PostAsync(http, message.Id, body, token), cancellationToken);
        ChannelClient.ThrowIfRefused(Service, status, Advice);
    }

    private async Task<HttpStatusCode> PostAsync(HttpClient http, string id, byte[] body, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(id, now, body, _keys));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode;
    }

    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            $"The webhook's receiver refused the signature or us ({(int)status}): give it the secret of Delivery:Webhook:Secrets:0.",
        HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            $"There is no receiver at the webhook's address any more ({(int)status}): check Delivery:Webhook:Url.",
        HttpStatusCode.RequestEntityTooLarge => "The webhook's receiver found the finding too large (413).",
        _ => $"The webhook's receiver refused the finding ({(int)status}): check Delivery:Webhook:Url.",
    };
}
