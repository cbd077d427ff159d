using System.CommandLine;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local;

/// <summary>The command line.</summary>
internal static class LocalCommand
{
    private const int DefaultPort = 7071;
    private const string DefaultScenario = "token-theft";

    // Long enough to be watched, short enough that a night passes in minutes.
    private const double DefaultSpeed = 60;

    // Stopping waits for the host and for Azurite to write down what they hold.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var parsed = Build(options => new LocalRun(options, output, error, time).RunAsync).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"{parsed.Errors[0].Message} See --help.");
            return 1;
        }
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopLimit,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (CannotRunException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    private static RootCommand Build(Func<LocalOptions, Func<CancellationToken, Task<int>>> prepare)
    {
        var port = new Option<int>("--port") { Description = "Port of the dashboard", DefaultValueFactory = _ => DefaultPort };
        var scenario = new Option<string>("--scenario") { Description = "What happens to the simulated account", HelpName = "name", DefaultValueFactory = _ => DefaultScenario };
        var speed = new Option<double>("--speed") { Description = "Simulated seconds in a real one", HelpName = "n", DefaultValueFactory = _ => DefaultSpeed };
        var data = new Option<string>("--data") { Description = "Where data is kept between runs [default: .data in the repository]", HelpName = "directory" };
        var real = new Option<bool>("--real") { Description = "Watch the real account whose id and token are in user secrets or the environment" };
        port.Validators.Add(result => Require(result, result.GetValue(port) is > 0 and < 65536, "--port must be between 1 and 65535."));
        speed.Validators.Add(result => Require(result, result.GetValue(speed) is >= 1 and <= 3600, "--speed must be between 1 (real time) and 3600 (an hour each second)."));
        scenario.Validators.Add(result => Require(
            result,
            ScenarioCatalog.Names.Contains(result.GetValue(scenario)),
            $"There is no scenario '{result.GetValue(scenario)}'. Choose one of {string.Join(", ", ScenarioCatalog.Names)}."));

        var command = new RootCommand(Description()) { port, scenario, speed, data, real };
        command.SetAction((parsed, cancellationToken) => prepare(new(
            parsed.GetValue(port),
            parsed.GetValue(scenario)!,
            parsed.GetValue(speed),
            Path.GetFullPath(parsed.GetValue(data) ?? Path.Combine(BuildPaths.RepositoryRoot, ".data")),
            parsed.GetValue(real)))(cancellationToken));
        return command;
    }

    private static void Require(System.CommandLine.Parsing.SymbolResult result, bool holds, string sentence)
    {
        if (!holds)
            result.AddError(sentence);
    }

    private static string Description()
    {
        var width = ScenarioCatalog.Names.Max(name => name.Length) + 2;
        var scenarios = ScenarioCatalog.All.Select(scenario => $"  {scenario.Name.PadRight(width)}{scenario.Title}");
        return $"""
            HubSpotMonitor on one machine: the monitor, its storage, a simulated HubSpot account and an inbox that shows what was sent.

            Scenarios:
            {string.Join(Environment.NewLine, scenarios)}

            Examples:
              dotnet run --project src/HubSpotMonitor.Local
              dotnet run --project src/HubSpotMonitor.Local -- --scenario slow-drain --speed 600
              dotnet run --project src/HubSpotMonitor.Local -- --port 8080 --data /tmp/monitor
              dotnet run --project src/HubSpotMonitor.Local -- --real
            """;
    }
}
