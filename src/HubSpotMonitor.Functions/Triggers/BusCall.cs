using System.Text.Json;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>What the Functions host says about a message of a subscription.</summary>
/// <param name="Body">The message's bytes; null: the host sent none that can be read.</param>
internal sealed record BusCall(byte[]? Body)
{
    /// <summary>
    /// Reads a call. Only <c>Data.message</c> counts, which the function.json files ask for as base64: what stands in Metadata can be made by whoever
    /// wrote the message (https://github.com/Azure/azure-functions-host, Utility.ApplyBindingData), so nothing of it is looked at.
    /// </summary>
    /// <returns>Null when the body is not a trigger's.</returns>
    public static async Task<BusCall?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return Read(document.RootElement);
        }
        // The second: a text in it is none, for instance half a letter.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static BusCall? Read(JsonElement root)
    {
        if (Object(root, "Data") is not { } data || Object(root, "Metadata") is null) return null;
        return new(
            data.TryGetProperty("message", out var message)
            && message.ValueKind == JsonValueKind.String
            && message.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : null);
    }

    private static JsonElement? Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : null;
}
