using System.Globalization;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>A request of HubSpot's before it goes out: the body and the headers that vouch for it.</summary>
internal sealed record SignedPost(byte[] Body, string? Timestamp, string? V3, string? V1)
{
    public static SignedPost Sign(byte[] body, string secret, Uri url, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return new(body, timestamp, WebhookSignature.V3(secret, "POST", url.AbsoluteUri, body, timestamp), WebhookSignature.V1(secret, body));
    }

    public HttpRequestMessage To(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(new("HubSpot-Webhooks", "1.0"));
        Add(request, "X-HubSpot-Request-Timestamp", Timestamp);
        Add(request, "X-HubSpot-Signature-v3", V3);
        Add(request, "X-HubSpot-Signature", V1);
        Add(request, "X-HubSpot-Signature-Version", V1 is null ? null : "v1");
        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
            request.Headers.Add(name, value);
    }
}
