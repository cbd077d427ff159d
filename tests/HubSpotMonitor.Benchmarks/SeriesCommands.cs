using System.CommandLine;
using HubSpotMonitor.Benchmarks.Nab;
using HubSpotMonitor.Benchmarks.Usage;

namespace HubSpotMonitor.Benchmarks;

/// <summary>The commands that run the detector over files.</summary>
internal static class SeriesCommands
{
    public static Command Nab()
    {
        var data = Folder("--data", "A folder as the Numenta Anomaly Benchmark's: data/<category>/<file>.csv");
        var results = new Option<string>("--out") { Description = "Where to write a score for every row", HelpName = "dir", Required = true };
        var labels = new Option<FileInfo>("--labels") { Description = "combined_windows.json, to be scored", HelpName = "file" }.AcceptExistingOnly();
        var command = new Command("nab", "Scores the files of the Numenta Anomaly Benchmark") { data, results, labels };
        command.SetAction(parsed => new NabBenchmark(Console.Out).Run(
            parsed.GetRequiredValue(data).FullName, parsed.GetRequiredValue(results), parsed.GetValue(labels)?.FullName));
        return command;
    }

    public static Command Usage()
    {
        var data = Folder("--data", "A folder with series/*.csv and, to be scored, truth/*.json");
        var results = new Option<string>("--out")
        {
            Description = "Where to write the alerts, a line of JSON each",
            HelpName = "file",
            Required = true,
        };
        var command = new Command("usage", "Raises the alerts that the product would raise on series of API usage") { data, results };
        command.SetAction(parsed => new UsageBenchmark(Console.Out).Run(parsed.GetRequiredValue(data).FullName, parsed.GetRequiredValue(results)));
        return command;
    }

    public static Command Detect()
    {
        var input = new Option<FileInfo>("--input")
        {
            Description = "timestamp,cumulative,limit or timestamp,count",
            HelpName = "file",
            Required = true,
        }.AcceptExistingOnly();
        var plot = new Option<string?>("--plot") { Description = "Where to draw it", HelpName = "file.svg" };
        var command = new Command("detect", "Tells what the detector sees in one series") { input, plot };
        command.SetAction(parsed => new DetectCommand(Console.Out).Run(parsed.GetRequiredValue(input).FullName, parsed.GetValue(plot)));
        return command;
    }

    public static Command Report()
    {
        var nab = Folder("--nab", "The Numenta Anomaly Benchmark: data and labels");
        var usage = Folder("--usage", "The usage benchmark: series and truth");
        var results = new Option<string>("--out") { Description = "The page", HelpName = "file", DefaultValueFactory = _ => "docs/detection.md" };
        var command = new Command("report", "Writes docs/detection.md anew: every score, ablation, speed and size in it") { nab, usage, results };
        command.SetAction(parsed => new DetectionReport(Console.Out).Run(
            parsed.GetRequiredValue(nab).FullName,
            parsed.GetRequiredValue(usage).FullName,
            Path.Combine(AppContext.BaseDirectory, "detection.template.md"),
            parsed.GetRequiredValue(results)));
        return command;
    }

    private static Option<DirectoryInfo> Folder(string name, string description) =>
        new Option<DirectoryInfo>(name) { Description = description, HelpName = "dir", Required = true }.AcceptExistingOnly();
}
