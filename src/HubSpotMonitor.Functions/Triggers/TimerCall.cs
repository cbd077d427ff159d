using System.Globalization;
using System.Text.Json;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>What the Functions host says about a timer that fell due.</summary>
/// <param name="IsPastDue">The host was not there when it fell due.</param>
/// <param name="Last">When it fell due before; absent at the very first time.</param>
/// <param name="RetryCount">How many attempts failed before this one.</param>
internal sealed record TimerCall(bool IsPastDue, DateTimeOffset? Last, int RetryCount)
{
    /// <summary>
    /// Reads a call. Only the outer shape must be right: the rest is worth a log line and never a failed run, since what the host sends
    /// differs by version and by who pressed the button.
    /// </summary>
    /// <returns>Null when the body is not a trigger's.</returns>
    public static async Task<TimerCall?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return Read(document.RootElement);
        }
        // The second: a text in it is not UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TimerCall? Read(JsonElement root)
    {
        if (Member(root, "Data") is not { ValueKind: JsonValueKind.Object } data
            || Member(root, "Metadata") is not { ValueKind: JsonValueKind.Object } metadata)
        {
            return null;
        }

        var timer = Member(data, "timer");
        var last = Instant(Member(Member(timer, "ScheduleStatus"), "Last"));
        var retries = Text(Member(Member(metadata, "RetryContext"), "RetryCount"));
        return new TimerCall(
            IsPastDue: Text(Member(timer, "IsPastDue")) is "True" or "true",
            Last: last?.Year == 1 ? null : last,
            RetryCount: int.TryParse(retries, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0);
    }

    private static JsonElement? Member(JsonElement? parent, string name)
    {
        if (parent is not { ValueKind: JsonValueKind.Object } container)
            return null;

        foreach (var property in container.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return Undouble(property.Value);
        }

        return null;
    }

    // Known since 2020 (azure-functions-host issues 5815 and 6574): values arrive as a string that holds JSON, which may be a string again.
    private static JsonElement Undouble(JsonElement value)
    {
        for (var round = 0; round < 2 && value.ValueKind == JsonValueKind.String; round++)
        {
            try
            {
                value = JsonElement.Parse(value.GetString()!);
            }
            catch (JsonException)
            {
                break;
            }
        }

        return value;
    }

    private static string? Text(JsonElement? value) => value?.ToString();

    private static DateTimeOffset? Instant(JsonElement? value) =>
        DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
