using System.Reflection;

namespace HubSpotMonitor.Functions.Hosting;

internal static class MonitorVersion
{
    /// <summary>Of this build, with the commit where it was built from a checkout: <c>1.0.0+e9f41ba…</c>.</summary>
    public static string Text { get; } =
        typeof(MonitorVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
