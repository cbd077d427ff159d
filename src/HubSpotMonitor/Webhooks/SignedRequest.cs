namespace HubSpotMonitor.Webhooks;

/// <summary>What a request brings to prove that HubSpot sent it. Headers as they came; null when absent.</summary>
public sealed record SignedRequest
{
    public required string Method { get; init; }

    /// <summary>The body's bytes, before anything read them.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary><c>X-HubSpot-Signature-v3</c>.</summary>
    public string? SignatureV3 { get; init; }

    /// <summary><c>X-HubSpot-Request-Timestamp</c>.</summary>
    public string? Timestamp { get; init; }

    /// <summary><c>X-HubSpot-Signature</c>: of version 1 or 2.</summary>
    public string? Signature { get; init; }

    /// <summary><c>X-HubSpot-Signature-Version</c>: <c>v1</c> or <c>v2</c>.</summary>
    public string? SignatureVersion { get; init; }
}
