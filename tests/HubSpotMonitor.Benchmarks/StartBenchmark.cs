using System.Globalization;
using System.Reflection;
using CliWrap;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks;

/// <summary>
/// How soon the function app answers <c>/health</c> with 200 after its process was started, and what it keeps when it rests, beside the least
/// that ASP.NET Core can be. Each by turns, so that what else the machine does falls on both.
/// </summary>
internal sealed class StartBenchmark(TextWriter output, TimeProvider time)
{
    private static readonly string Bare = typeof(StartBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key == "Bare").Value!;

    // Long enough for what a start leaves running in the background.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        output.WriteLine(Machine.Line(time));
        Tell((await MeasureAsync(rounds, [1], cancellationToken))[0]);
        return 0;
    }

    /// <summary>With so many portals in the settings, one after the other; the bare app beside each.</summary>
    public async Task<IReadOnlyList<StartComparison>> MeasureAsync(int rounds, IReadOnlyList<int> portals, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hubspotmonitor-start-");
        try
        {
            await PublishAsync(
                Path.Combine(BuildPaths.RepositoryRoot, "src", "HubSpotMonitor.Functions"),
                Path.Combine(folder.FullName, "app"),
                cancellationToken);
            await PublishAsync(Bare, Path.Combine(folder.FullName, "bare"), cancellationToken);
            List<StartComparison> all = [];
            foreach (var count in portals) all.Add(await CompareAsync(folder.FullName, rounds, count, cancellationToken));
            return all;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<StartComparison> CompareAsync(string folder, int rounds, int portals, CancellationToken cancellationToken)
    {
        await using var azurite = await AzuriteServer.StartAsync(null, output.WriteLine, cancellationToken);
        var settings = BenchmarkHost.Settings(azurite.ConnectionString, BenchmarkHost.Accounts(portals), new Dictionary<string, string>());
        var monitor = new Started(Path.Combine(folder, "app", "HubSpotMonitor.Functions"), "FUNCTIONS_CUSTOMHANDLER_PORT", settings);
        var bare = new Started(Path.Combine(folder, "bare", "Bare"), "ASPNETCORE_HTTP_PORTS", new Dictionary<string, string>());
        // Its tables are made once in its life, and files are read from the disk once.
        foreach (var program in (Started[])[monitor, bare])
            await OnceAsync(program, cancellationToken);

        List<StartFigures> monitors = [], bares = [];
        for (var round = 1; round <= rounds; round++)
        {
            monitors.Add(await OnceAsync(monitor, cancellationToken));
            bares.Add(await OnceAsync(bare, cancellationToken));
            output.WriteLine($"{portals} portals: start {round} of {rounds}");
        }
        return new(portals, monitors, bares);
    }

    private void Tell(StartComparison figures)
    {
        output.WriteLine($"{"",10} {"start to 200",14} {"processor",11} {"memory at rest",15}");
        Tell("monitor", figures.Monitor);
        Tell("bare", figures.Bare);
        output.WriteLine(FormattableString.Invariant(
            $"{"ratio",10} {figures.Ratio(row => row.Start.TotalMilliseconds),14:0.00} {figures.Ratio(row => row.Processor.TotalMilliseconds),11:0.00} {figures.Ratio(row => row.Megabytes),15:0.00}"));
    }

    private async Task<StartFigures> OnceAsync(Started program, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var process = await MeasuredProcess.StartHealthyAsync(program.Path, program.PortSetting, program.Settings, cancellationToken);
        var start = time.GetElapsedTime(began);
        var processor = process.ProcessorTime;
        await Task.Delay(Rest, time, cancellationToken);
        return new(start, processor, process.MemoryMegabytes);
    }

    private async Task PublishAsync(string project, string folder, CancellationToken cancellationToken)
    {
        output.WriteLine($"Publishing {Path.GetFileName(project)} …");
        await Cli.Wrap("dotnet")
            .WithArguments(["publish", project, "-c", "Release", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "q", "-o", folder])
            .ExecuteAsync(cancellationToken);
    }

    private void Tell(string name, IReadOnlyList<StartFigures> rows) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,10} {Spread.Median(rows, row => row.Start.TotalMilliseconds),11:N0} ms {Spread.Median(rows, row => row.Processor.TotalMilliseconds),8:N0} ms {Spread.Median(rows, row => row.Megabytes),12:N0} MB   starts: {string.Join(", ", rows.Select(row => row.Start.TotalMilliseconds).Order().Select(milliseconds => milliseconds.ToString("N0", CultureInfo.InvariantCulture)))}"));

    /// <param name="Path">Its executable.</param>
    /// <param name="PortSetting">The environment variable that names its port.</param>
    /// <param name="Settings">The other ones.</param>
    private sealed record Started(string Path, string PortSetting, IReadOnlyDictionary<string, string> Settings);
}

/// <param name="Start">From the process's start to the first 200.</param>
/// <param name="Processor">Used until then.</param>
/// <param name="Megabytes">Working set after a rest.</param>
internal sealed record StartFigures(TimeSpan Start, TimeSpan Processor, double Megabytes);

/// <param name="Portals">In the monitor's settings.</param>
/// <param name="Monitor">Its starts.</param>
/// <param name="Bare">Those of the app beside it, by turns.</param>
internal sealed record StartComparison(int Portals, IReadOnlyList<StartFigures> Monitor, IReadOnlyList<StartFigures> Bare)
{
    public double Ratio(Func<StartFigures, double> figure) => Spread.Median(Monitor, figure) / Spread.Median(Bare, figure);
}
