using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Functions;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>The host as it runs, with real tables, for requests as HubSpot sends them.</summary>
public sealed class ReceivingHost : RunningHost
{
    public const long Acme = 4711;
    public const long Globex = 4712;

    internal string Prefix { get; } = SharedAzurite.NewPrefix();

    public ReceivingHost(SharedAzurite azurite)
    {
        ArgumentNullException.ThrowIfNull(azurite);
        With("Store:ConnectionString", azurite.ConnectionString).With("Store:TablePrefix", Prefix);
        With("Portals:0:Id", Acme.ToString(CultureInfo.InvariantCulture));
        With("Portals:1:Id", Globex.ToString(CultureInfo.InvariantCulture)).With("Portals:1:Token", "pat-na1-x");
        With("Webhooks:PublicUrl", Signed.Url).With("Webhooks:Secrets:0", Signed.Secret).With("Webhooks:AppId", "54321");
    }

    internal EventTable Events => Services.GetRequiredService<EventTable>();

    internal DeadLetterTable DeadLetters => Services.GetRequiredService<DeadLetterTable>();

    internal HttpClient Client => field ??= Browser();

    internal Task<HttpResponseMessage> PostAsync(string body) => PostAsync(Encoding.UTF8.GetBytes(body));

    internal Task<HttpResponseMessage> PostAsync(byte[] body) => SendAsync(Signed.Request(body, TimeProvider.System.GetUtcNow()));

    internal async Task<HttpResponseMessage> SendAsync(SignedRequest signed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/hubspot", UriKind.Relative))
        {
            Content = new ReadOnlyMemoryContent(signed.Body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signed.SignatureV3 is { } v3) request.Headers.TryAddWithoutValidation("X-HubSpot-Signature-v3", v3);
        if (signed.Timestamp is { } timestamp) request.Headers.TryAddWithoutValidation("X-HubSpot-Request-Timestamp", timestamp);
        if (signed.Signature is { } old) request.Headers.TryAddWithoutValidation("X-HubSpot-Signature", old);
        if (signed.SignatureVersion is { } version) request.Headers.TryAddWithoutValidation("X-HubSpot-Signature-Version", version);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal async Task AcceptAsync(string body)
    {
        // As HubSpot does: again, when the store was too slow.
        HttpStatusCode status;
        do
        {
            using var answer = await PostAsync(body);
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);
        status.ShouldBe(HttpStatusCode.OK);
    }

    internal async Task<IReadOnlyList<StoredEvent>> StoredAsync(long portal = Acme)
    {
        var now = TimeProvider.System.GetUtcNow();
        return await Events.ReadAsync(portal, null, now.AddDays(-60), now.AddDays(2), TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }
}
