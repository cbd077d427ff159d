using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: HubSpotMonitor.Tests.TimeLimit(minutes: 10)]

namespace HubSpotMonitor.Tests;

/// <summary>
/// Cancels a test that takes far longer than any should: waiting for what never comes is a failure that names itself, not a suite without an end.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TimeLimitAttribute(int minutes) : BeforeAfterTestAttribute
{
    private readonly ConcurrentDictionary<string, Timer> _timers = [];

    public int Minutes => minutes;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        // Whoever asks for an explicit test waits for it.
        if (test.Explicit) return;
        var running = TestContext.Current;
        _timers[test.UniqueID] = new Timer(_ => running.CancelCurrentTest(), null, TimeSpan.FromMinutes(minutes), Timeout.InfiniteTimeSpan);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_timers.TryRemove(test.UniqueID, out var timer)) timer.Dispose();
    }
}
