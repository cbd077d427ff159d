using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>A reading in the words of the host's API.</summary>
internal sealed record HistoryReading(
    long Portal, string Metric, DateTimeOffset At, double Value, string Quality, double Limit, DateTimeOffset ResetsAt);

/// <summary>What a monitor would have read in the weeks before it was installed, so that its model has something to learn from.</summary>
internal static class History
{
    public const int Days = 28;

    private const int JitterDraw = 950;
    private const int JitterMilliseconds = 20_000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    public static IEnumerable<HistoryReading> Of(SimulatedAccount account, CallCounter calls, DateTimeOffset until)
    {
        for (var slot = until.AddDays(-Days); slot < until - Every; slot += Every)
        {
            // No timer fires on the second.
            var at = slot.AddMilliseconds((int)(JitterMilliseconds * new Draw(account.Seed, JitterDraw, slot.ToUnixTimeSeconds()).Unit()));
            yield return new(account.Id, "usage-live", at, calls.CountAt(at), "Measured", account.DailyLimit, calls.ResetsAfter(at));
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HistoryReading[]))]
internal sealed partial class HistoryJson : JsonSerializerContext;
