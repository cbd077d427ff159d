using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Local.Parts;

/// <summary>Puts pinned npm packages beside their lock file, once per change of the lock file.</summary>
/// <param name="name">What the packages are to a reader.</param>
/// <param name="directory">Where <c>package.json</c>, the lock file and the settings in <c>.npmrc</c> lie.</param>
/// <param name="size">How much is downloaded, for those who wait.</param>
internal sealed class NpmInstall(string name, string directory, string size)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    // npm writes this file when all else is in place, so half an install does not count as one.
    private FileInfo Installed => new(Path.Combine(directory, "node_modules", ".package-lock.json"));

    private FileInfo Wanted => new(Path.Combine(directory, "package-lock.json"));

    private bool IsCurrent => Installed.Exists && Installed.LastWriteTimeUtc >= Wanted.LastWriteTimeUtc;

    public async Task EnsureAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        if (IsCurrent)
            return;
        await using var turn = await WaitForTurnAsync(progress, cancellationToken);
        if (IsCurrent)
            return;
        progress($"{name}: installing with npm, once ({size})");
        var started = Stopwatch.GetTimestamp();
        var install = InstallAsync(cancellationToken);
        // Not with the token: the install itself ends by it, and a wait that is cancelled would not wait.
        while (await Task.WhenAny(install, Task.Delay(ProgressEvery, CancellationToken.None)) != install)
            progress($"{name}: still installing, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        await install;
        progress($"{name}: installed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        var npm = await Cli.Wrap("npm")
            .WithArguments(["ci", "--ignore-scripts", "--loglevel=error"])
            .WithWorkingDirectory(directory)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (npm.ExitCode == 0)
        {
            Installed.LastWriteTimeUtc = new[] { Installed.LastWriteTimeUtc, Wanted.LastWriteTimeUtc }.Max();
            return;
        }
        var said = string.Join(' ', npm.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(3));
        throw new CannotRunException(
            $"{name} could not be installed: 'npm ci' in {directory} ended with code {npm.ExitCode} ({said}). Check that the npm registry can be reached, then start again.");
    }

    /// <summary>Tests and a run may want to install at the same time; the file is the turn, in obj because git does not see that.</summary>
    private async Task<FileStream> WaitForTurnAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var waited = false;
        var path = Path.Combine(
            Directory.CreateDirectory(Path.Combine(BuildPaths.ProjectDirectory, "obj")).FullName, $"{Path.GetFileName(directory)}-install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!waited)
                    progress($"{name}: waiting for another run that installs it");
                waited = true;
                await Task.Delay(LookAgain, cancellationToken);
            }
        }
    }
}
