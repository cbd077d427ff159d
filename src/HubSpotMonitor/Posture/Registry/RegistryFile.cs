namespace HubSpotMonitor.Posture.Registry;

/// <summary>The registry's file on disk, read once at the start.</summary>
internal static class RegistryFile
{
    /// <summary>Ten thousand keys fit; a larger file is a mistake.</summary>
    private const int LongestFile = 4 * 1024 * 1024;

    /// <summary>Everything that keeps the monitor from starting, in sentences.</summary>
    public static IEnumerable<string> Problems(string path) =>
        string.IsNullOrWhiteSpace(path) ? []
            : Open(path, out var text) is { } problem ? [problem]
            : RegistryReader.Read(text).Problems.Select(said => $"Posture:RegistryFile {path}, {said}");

    public static AccessRegistry Load(string path) =>
        string.IsNullOrWhiteSpace(path) ? AccessRegistry.None
        : Open(path, out var text) is { } problem ? throw new InvalidOperationException(problem)
        : RegistryReader.Read(text).Registry ?? throw new InvalidOperationException($"Posture:RegistryFile {path} cannot be used.");

    /// <returns>Null: it was read.</returns>
    private static string? Open(string path, out string text)
    {
        text = "";
        try
        {
            // In Azure it is packed beside the program, and who starts that decides what the current folder is.
            if (!File.Exists(path)) path = Path.Combine(AppContext.BaseDirectory, path);
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile } file)
                return $"Posture:RegistryFile {path} has {file.Length} bytes: {LongestFile} are the most.";
            text = File.ReadAllText(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"Posture:RegistryFile is '{path}', which cannot be read: {error.Message}";
        }
    }
}
