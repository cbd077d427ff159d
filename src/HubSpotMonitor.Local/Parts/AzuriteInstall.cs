namespace HubSpotMonitor.Local.Parts;

/// <summary>The pinned Azurite.</summary>
internal static class AzuriteInstall
{
    private static string Directory { get; } = Path.Combine(BuildPaths.ProjectDirectory, "Azurite");

    public static string TableServer { get; } = Path.Combine(Directory, "node_modules", "azurite", "dist", "src", "table", "main.js");

    public static Task EnsureAsync(Action<string> progress, CancellationToken cancellationToken) =>
        new NpmInstall("Azurite", Directory).EnsureAsync(progress, cancellationToken);
}
