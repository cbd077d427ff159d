using System.Text.Json;
using HubSpotMonitor.Functions.Triggers;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>What the Functions host posts.</summary>
internal static class HostTargets
{
    /// <summary>A call or none, of both kinds; what is no object is none.</summary>
    public static FuzzTarget Trigger() => new("host-trigger", input =>
    {
        var timer = Done(TimerCall.ReadAsync(new MemoryStream(input), CancellationToken.None));
        var bus = Done(BusCall.ReadAsync(new MemoryStream(input), CancellationToken.None));
        ThrowUnless((timer ?? (object?)bus) is null || IsObject(input), "What is no object is a call.");
        ThrowUnless(timer?.RetryCount is null or >= 0, "It was tried less than never.");
        ThrowUnless(timer?.Last?.Year != 1, "It fell due in the year 1.");
        return $"{timer is null} {timer?.IsPastDue} {timer?.Last is null} {timer?.RetryCount > 0} {bus is null} {bus?.Body is null} {bus?.Body?.Length > 0}";
    });

    private static bool IsObject(byte[] input)
    {
        // By a stream, which may begin with a byte order mark.
        using var document = JsonDocument.Parse(new MemoryStream(input));
        return document.RootElement.ValueKind == JsonValueKind.Object;
    }

    private static T Done<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new BrokenPromiseException("It waits.");
}
