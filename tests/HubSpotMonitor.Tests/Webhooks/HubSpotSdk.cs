using System.Text;
using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>A request as HubSpot's client for Node takes it.</summary>
internal sealed record SdkRequest
{
    public required string SignatureVersion { get; init; }

    public required string Method { get; init; }

    public required string Url { get; init; }

    public required string RequestBody { get; init; }

    public required string ClientSecret { get; init; }

    public required object Timestamp { get; init; }

    public string Signature { get; init; } = "";

    /// <summary>The same as it reaches our endpoint, but for the address and the secret, which are settings there.</summary>
    public SignedRequest Received() => new()
    {
        Method = Method,
        Body = Encoding.UTF8.GetBytes(RequestBody),
        SignatureV3 = SignatureVersion == "v3" ? Signature : null,
        Timestamp = SignatureVersion == "v3" ? $"{Timestamp}" : null,
        Signature = SignatureVersion == "v3" ? null : Signature,
        SignatureVersion = SignatureVersion == "v3" ? null : SignatureVersion,
    };
}

/// <param name="Signature">How HubSpot's client signs the request.</param>
/// <param name="Accepts">Whether it takes the signature that the request has.</param>
internal sealed record SdkAnswer(string Signature, bool Accepts);

/// <summary>HubSpot's client for Node, pinned by the lock file beside it.</summary>
internal static class HubSpotSdk
{
    private static readonly string Place = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Webhooks", "Sdk");
    private static readonly NpmInstall Install = new("HubSpot's client", Place, "some 10 MB");

    public static async Task<IReadOnlyList<SdkAnswer>> AskAsync(IEnumerable<SdkRequest> requests)
    {
        await Install.EnsureAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        var lines = string.Join('\n', requests.Select(request => JsonSerializer.Serialize(request, JsonSerializerOptions.Web)));
        var node = await Cli.Wrap("node")
            .WithArguments(["signatures.js"])
            .WithWorkingDirectory(Place)
            .WithStandardInputPipe(PipeSource.FromString(lines))
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return
        [
            .. node.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<SdkAnswer>(line, JsonSerializerOptions.Web)!),
        ];
    }

    /// <summary>The same requests, each with the signature that HubSpot's client gives it.</summary>
    public static async Task<IReadOnlyList<SdkRequest>> SignAsync(IReadOnlyList<SdkRequest> requests) =>
        [.. requests.Zip(await AskAsync(requests), (request, answer) => request with { Signature = answer.Signature })];
}
