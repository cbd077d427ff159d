namespace HubSpotMonitor.Local.Parts;

/// <summary>The pinned Azurite.</summary>
internal static class AzuriteInstall
{
    private static readonly string Place = Path.Combine(BuildPaths.ProjectDirectory, "Azurite");
    private static readonly NpmInstall Install = new("Azurite", Place, "some 60 MB");

    public static string TableServer { get; } = Path.Combine(Place, "node_modules", "azurite", "dist", "src", "table", "main.js");

    public static Task EnsureAsync(Action<string> progress, CancellationToken cancellationToken) => Install.EnsureAsync(progress, cancellationToken);
}
