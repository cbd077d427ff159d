using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Delivery.Webhook;

/// <summary>A webhook as its receiver has it; <c>At</c> is the receiver's clock, in milliseconds since 1970.</summary>
internal sealed record WebhookLetter(string Secret, string Id, string Timestamp, string Signature, string Body, long At);

/// <summary>Standard Webhooks' own library for Node, pinned by the lock file beside it.</summary>
internal static class StandardWebhooks
{
    private static readonly string Place = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Delivery", "Webhook", "Receiver");
    private static readonly NpmInstall Install = new("Standard Webhooks' library", Place, "some 1 MB");

    public static async Task<IReadOnlyList<bool>> AcceptsAsync(IEnumerable<WebhookLetter> letters)
    {
        await Install.EnsureAsync(Console.WriteLine, TestContext.Current.CancellationToken);
        var lines = string.Join('\n', letters.Select(letter => JsonSerializer.Serialize(letter, JsonSerializerOptions.Web)));
        var node = await Cli.Wrap("node")
            .WithArguments(["verify.js"])
            .WithWorkingDirectory(Place)
            .WithStandardInputPipe(PipeSource.FromString(lines))
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return [.. node.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(bool.Parse)];
    }
}
