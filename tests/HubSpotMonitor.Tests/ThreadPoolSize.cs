using System.Runtime.CompilerServices;

namespace HubSpotMonitor.Tests;

/// <summary>Tests that reckon on every core take the pool's threads; the time limits of the others would run out while they wait for one.</summary>
internal static class ThreadPoolSize
{
    [ModuleInitializer]
    internal static void Raise() => ThreadPool.SetMinThreads(64, 64);
}
