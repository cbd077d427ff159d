using System.Reflection;

namespace HubSpotMonitor.Local;

/// <summary>Paths that the build wrote into the assembly, so that a run does not depend on the current directory.</summary>
internal static class BuildPaths
{
    public static string HostAssembly { get; } = Read("HostAssembly");

    public static string ProjectDirectory { get; } = Read("ProjectDirectory");

    public static string RepositoryRoot => Path.GetFullPath(Path.Combine(ProjectDirectory, "..", ".."));

    private static string Read(string key) =>
        typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == key).Value!;
}
