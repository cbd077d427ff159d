using System.CommandLine;

namespace HubSpotMonitor.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    private const int DefaultPortals = 200;
    private const int MostPortals = 5000;

    public static RootCommand Build(TimeProvider time)
    {
        var portals = new Option<int>("--portals") { Description = "The largest number of portals; 1 and 20 are measured too", HelpName = "n", DefaultValueFactory = _ => DefaultPortals };
        portals.Validators.Add(result =>
        {
            if (result.GetValue(portals) is < 1 or > MostPortals) result.AddError($"--portals must be between 1 and {MostPortals}.");
        });
        var poll = new Command("poll", "Times one poll of all portals, with Azurite and a simulated HubSpot on this machine") { portals };
        poll.SetAction((parsed, cancellationToken) => new PollBenchmark(Console.Out, time).RunAsync(parsed.GetValue(portals), cancellationToken));
        return new RootCommand("Measures HubSpotMonitor on this machine. Run it with -c Release.") { poll, SeriesCommands.Nab(), SeriesCommands.Usage(), SeriesCommands.Detect(), SeriesCommands.Report() };
    }
}
