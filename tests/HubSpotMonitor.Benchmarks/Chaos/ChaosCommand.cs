using System.CommandLine;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>The command that breaks what the monitor lives on, one thing after the other.</summary>
internal static class ChaosCommand
{
    private const double DefaultMinutes = 10;
    private const double MostMinutes = 24 * 60;

    public static Command Build(TimeProvider time)
    {
        var minutes = new Option<double>("--minutes")
        {
            Description = "How long things go wrong, in real time",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultMinutes,
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValue(minutes) is not (> 0 and <= MostMinutes)) result.AddError($"--minutes must be above 0 and at most {MostMinutes}.");
        });
        var seed = new Option<int?>("--seed") { Description = "Draws the same faults again; without, new ones", HelpName = "n" };
        var only = new Option<FaultKind[]>("--only")
        {
            Description = "Nothing else goes wrong",
            HelpName = "kind",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "chaos", "Kills, freezes and misleads the host and what it depends on under load, then looks in the tables for what that broke")
        {
            minutes,
            seed,
            only,
        };
        command.SetAction((parsed, cancellationToken) =>
            new ChaosRun(Console.Out, time, parsed.GetValue(seed) ?? Random.Shared.Next(), parsed.GetValue(only) ?? [])
                .RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), cancellationToken));
        return command;
    }
}
