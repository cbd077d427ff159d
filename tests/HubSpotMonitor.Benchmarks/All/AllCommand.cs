using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HubSpotMonitor.Benchmarks.All;

/// <summary>Measures everything and writes <c>docs/benchmarks.md</c> from the template beside this file: every figure in it is of this run.</summary>
internal static class AllCommand
{
    private const string Page = "docs/benchmarks.md";

    public static Command Build(TimeProvider time)
    {
        var only = new Option<string[]>("--only")
        {
            Description = $"These parts alone ({string.Join(", ", PageParts.Names)}); no page is written",
            HelpName = "part",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. PageParts.Names]);
        var trial = new Option<bool>("--trial") { Description = "Small sizes, to see whether it runs; no page is written" };
        var usage = new Option<DirectoryInfo>("--usage")
        {
            Description = "The usage benchmark: series and truth; without it the detector is not scored here",
            HelpName = "dir",
        }.AcceptExistingOnly();
        var results = new Option<string>("--out") { Description = "The page", HelpName = "file", DefaultValueFactory = _ => Page };
        var command = new Command("all", $"Measures everything and writes {Page} anew; takes some twenty minutes on two cores")
        {
            only,
            trial,
            usage,
            results,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            time,
            parsed.GetValue(only) is { Length: > 0 } some ? some : PageParts.Names,
            parsed.GetValue(trial),
            parsed.GetValue(usage)?.FullName,
            parsed.GetRequiredValue(results),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        TimeProvider time, IReadOnlyList<string> parts, bool isTrial, string? usage, string file, CancellationToken cancellationToken)
    {
        var (output, began) = (Console.Out, time.GetTimestamp());
        Dictionary<string, string> figures = new() { ["machine"] = Describe(time) };
        await output.WriteLineAsync(figures["machine"]);
        var measured = new PageParts(output, time, isTrial ? PageSizes.Trial : PageSizes.Whole, usage);
        for (var part = 0; part < parts.Count; part++)
        {
            await output.WriteLineAsync($"\n=== {part + 1} of {parts.Count}: {parts[part]}, after {time.GetElapsedTime(began):mm\\:ss} ===");
            figures[parts[part]] = await measured.MeasureAsync(parts[part], cancellationToken);
            await output.WriteLineAsync($"\n{figures[parts[part]]}");
        }
        figures["took"] = string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(began).TotalMinutes:0}");
        if (isTrial || parts.Count < PageParts.Names.Count)
        {
            await output.WriteLineAsync("\nA part or a trial: no page is written.");
            return 0;
        }
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "benchmarks.template.md"), cancellationToken);
        await File.WriteAllTextAsync(file, BenchmarksTemplate.Fill(template, figures), cancellationToken);
        await output.WriteLineAsync($"\n{file} written after {figures["took"]} minutes");
        return 0;
    }

    private static string Describe(TimeProvider time) => MarkdownTable.Of(["", ""],
    [
        ["date", string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():d MMMM yyyy, HH:mm} UTC")],
        ["processor", $"{Machine.Processor}, {Environment.ProcessorCount} cores"],
        ["system", RuntimeInformation.OSDescription],
        [".NET", RuntimeInformation.FrameworkDescription],
        ["1-minute load when it began", Machine.Load?.ToString("0.00", CultureInfo.InvariantCulture) ?? "not told by this system"],
    ]);
}
