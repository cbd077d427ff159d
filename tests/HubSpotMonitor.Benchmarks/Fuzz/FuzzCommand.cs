using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace HubSpotMonitor.Benchmarks.Fuzz;

/// <summary>The command that spoils inputs for as long as it is told.</summary>
internal static class FuzzCommand
{
    private const double DefaultMinutes = 1;

    public static Command Build()
    {
        var target = new Option<string?>("--target")
        {
            Description = "One reader; without, one after the other",
            HelpName = "name",
        }.AcceptOnlyFromAmong([.. FuzzCatalog.All.Select(one => one.Name)]);
        var minutes = new Option<double>("--minutes")
        {
            Description = "How long, for each",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultMinutes,
        };
        var seed = new Option<int?>("--seed") { Description = "Makes the same inputs again; without, new ones", HelpName = "n" };
        var command = new Command(
            "fuzz", "Gives spoilt inputs to every reader of what comes from outside, and prints the first that breaks a promise")
        {
            target,
            minutes,
            seed,
        };
        command.SetAction(parsed =>
        {
            var broken = 0;
            foreach (var one in FuzzCatalog.All.Where(one => parsed.GetValue(target) is not { } name || one.Name == name))
                broken += Run(one, TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed) ?? Random.Shared.Next()) ? 0 : 1;
            return broken == 0 ? 0 : 1;
        });
        return command;
    }

    private static bool Run(FuzzTarget target, TimeSpan time, int seed)
    {
        var (watch, told) = (Stopwatch.StartNew(), TimeSpan.Zero);
        Say(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: seed {seed}, {time.TotalMinutes:0.#} minutes"));
        var result = new Fuzzer(target, FuzzCatalog.Examples(Directory.GetCurrentDirectory(), target.Name), seed).Run(inputs =>
        {
            if (watch.Elapsed - told > TimeSpan.FromSeconds(30))
            {
                told = watch.Elapsed;
                Say(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {inputs:N0} inputs in {told.TotalSeconds:0} s"));
            }
            return watch.Elapsed < time;
        });
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{target.Name}: {result.Inputs:N0} inputs in {watch.Elapsed.TotalSeconds:0} s, taken for {result.Kinds} different things, {(result.Failure is null ? "no promise" : "a promise")} broken"));
        if (result.Failure is { } failure) Say(failure.ToString());
        return result.Failure is null;
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
