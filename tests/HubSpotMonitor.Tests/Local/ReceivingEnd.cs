using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Tests.Local;

/// <summary>A receiver of webhooks that keeps all it gets and judges signatures by itself.</summary>
internal sealed class ReceivingEnd : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<Received> _received = [];
    private int _inFlight;

    /// <summary>What to answer. Everything is fine, if nothing else is said.</summary>
    public Func<Received, Task<HttpStatusCode>> Answer { get; set; } = _ => Task.FromResult(HttpStatusCode.OK);

    public int MostInFlight { get; private set; }

    public int InFlight => Volatile.Read(ref _inFlight);

    public IReadOnlyList<Received> Received
    {
        get
        {
            lock (_lock) return [.. _received];
        }
    }

    public void Forget()
    {
        lock (_lock) _received.Clear();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var received = new Received(
            request.Method.Method,
            request.RequestUri!.AbsoluteUri,
            await request.Content!.ReadAsByteArrayAsync(cancellationToken),
            request.Headers.ToDictionary(header => header.Key, header => header.Value.Single()));
        lock (_lock)
        {
            _received.Add(received);
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
        }
        try
        {
            return new(await Answer(received));
        }
        finally
        {
            lock (_lock) _inFlight--;
        }
    }
}

internal sealed record Received(string Method, string Url, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public IReadOnlyList<JsonObject> Events { get; } = [.. JsonNode.Parse(Body)!.AsArray().Select(item => item!.AsObject())];

    public string? V3 => Headers.GetValueOrDefault("X-HubSpot-Signature-v3");

    public string? Timestamp => Headers.GetValueOrDefault("X-HubSpot-Request-Timestamp");

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Null, or why this cannot be HubSpot's.</summary>
    public string? WhyRefused(string secret, DateTimeOffset now)
    {
        if (V3 is null) return "no signature";
        if (Timestamp is null) return "no timestamp";
        if (now.ToUnixTimeMilliseconds() - long.Parse(Timestamp, CultureInfo.InvariantCulture) > 300_000) return "too old";
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(Method + Url + Text + Timestamp))) == V3 ? null : "wrong signature";
    }
}
