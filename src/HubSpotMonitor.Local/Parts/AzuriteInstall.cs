using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Local.Parts;

/// <summary>Puts the pinned Azurite beside its lock file, once per change of the lock file.</summary>
internal static class AzuriteInstall
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    private static string Directory { get; } = Path.Combine(BuildPaths.ProjectDirectory, "Azurite");

    public static string TableServer { get; } = Path.Combine(Directory, "node_modules", "azurite", "dist", "src", "table", "main.js");

    // npm writes this file when all else is in place, so half an install does not count as one.
    private static FileInfo Installed => new(Path.Combine(Directory, "node_modules", ".package-lock.json"));

    private static FileInfo Wanted => new(Path.Combine(Directory, "package-lock.json"));

    private static bool IsCurrent => Installed.Exists && Installed.LastWriteTimeUtc >= Wanted.LastWriteTimeUtc;

    public static async Task EnsureAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        if (IsCurrent)
            return;
        await using var turn = await WaitForTurnAsync(progress, cancellationToken);
        if (IsCurrent)
            return;
        progress("Azurite: installing with npm, once (some 60 MB)");
        var started = Stopwatch.GetTimestamp();
        var install = InstallAsync(cancellationToken);
        while (await Task.WhenAny(install, Task.Delay(ProgressEvery, cancellationToken)) != install)
            progress($"Azurite: still installing, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        await install;
        progress($"Azurite: installed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        // The .npmrc beside the lock file holds the other settings.
        var npm = await Cli.Wrap("npm")
            .WithArguments(["ci", "--ignore-scripts", "--loglevel=error"])
            .WithWorkingDirectory(Directory)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (npm.ExitCode == 0)
        {
            Installed.LastWriteTimeUtc = new[] { Installed.LastWriteTimeUtc, Wanted.LastWriteTimeUtc }.Max();
            return;
        }
        var said = string.Join(' ', npm.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(3));
        throw new CannotRunException($"Azurite could not be installed: 'npm ci' in {Directory} ended with code {npm.ExitCode} ({said}). Check that the npm registry can be reached, then start again.");
    }

    /// <summary>Tests and a run may want to install at the same time; the file is the turn, in obj because git does not see that.</summary>
    private static async Task<FileStream> WaitForTurnAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var waited = false;
        var path = Path.Combine(System.IO.Directory.CreateDirectory(Path.Combine(BuildPaths.ProjectDirectory, "obj")).FullName, "azurite-install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!waited)
                    progress("Azurite: waiting for another run that installs it");
                waited = true;
                await Task.Delay(LookAgain, cancellationToken);
            }
        }
    }
}
