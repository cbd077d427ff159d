namespace HubSpotMonitor.Local.Parts;

/// <summary>The folder of a run's data, held for this run alone: two Azurites over the same files would spoil them.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _held;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _held = held;
    }

    public string Path { get; }

    public static DataDirectory Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"The data directory {path} cannot be made: {problem.Message} Choose another one with --data.");
        }
        try
        {
            return new(
                path, new FileStream(System.IO.Path.Combine(path, "in-use.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException(
                $"The data directory {path} is in use by another run, or may not be written. Stop that run, or choose another directory with --data.");
        }
    }

    public void Dispose() => _held.Dispose();
}
