using System.CommandLine;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local;

/// <summary>The command line.</summary>
internal static class LocalCommand
{
    private const string DefaultScenario = "token-theft";

    // Long enough to be watched, short enough that a night passes in minutes.
    private const double DefaultSpeed = 60;

    // Stopping waits for the host and for Azurite to write down what they hold.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var parsed = Build((options, stop) => new LocalRun(options, output, error, time).RunAsync(stop)).Parse(args);
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

    private static RootCommand Build(Func<LocalOptions, CancellationToken, Task<int>> run)
    {
        var port = new Option<int?>("--port")
        {
            Description = "Port of the dashboard, for this machine only [default: 7071, and with --real what ASPNETCORE_URLS says]",
        };
        var scenario = new Option<string>("--scenario")
        {
            Description = "What happens to the simulated account",
            HelpName = "name",
            DefaultValueFactory = _ => DefaultScenario,
        };
        var speed = new Option<double>("--speed")
        {
            Description = "Simulated seconds in a real one",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultSpeed,
        };
        var data = new Option<string>("--data")
        {
            Description = "Where data is kept between runs [default: .data in the repository]",
            HelpName = "directory",
        };
        var real = new Option<bool>("--real") { Description = "Watch the real account whose id and token are in user secrets or the environment" };
        var connect = new Option<bool>("--connect") { Description = "Begin without a token: connect the simulated account by OAuth, in the browser" };
        var bus = new Option<string>("--bus")
        {
            Description = "Send alerts through Service Bus or Microsoft's emulator (infra/local)",
            HelpName = "connection string",
        };
        var command = new RootCommand(Description()) { port, scenario, speed, data, real, connect, bus };
        command.SetAction((parsed, cancellationToken) => run(Checked(new(
            parsed.GetValue(port),
            parsed.GetValue(scenario)!,
            parsed.GetValue(speed),
            Path.GetFullPath(parsed.GetValue(data) ?? Path.Combine(BuildPaths.RepositoryRoot, ".data")),
            parsed.GetValue(real),
            parsed.GetValue(connect),
            parsed.GetValue(bus))), cancellationToken));
        return command;
    }

    private static LocalOptions Checked(LocalOptions options) => options switch
    {
        { Port: < 1 or > 65535 } => throw new CannotRunException("--port must be between 1 and 65535."),
        { Speed: not (>= 1 and <= 3600) } => throw new CannotRunException("--speed must be between 1 (real time) and 3600 (an hour each second)."),
        { Real: true, Connect: true } =>
            throw new CannotRunException("--connect is for the simulated account; a real one is connected when Connect is among your settings."),
        { Bus: { } bus } when !bus.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase) => throw new CannotRunException(
            "--bus needs a connection string, for example the emulator's: 'Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true'."),
        _ when !ScenarioCatalog.Names.Contains(options.Scenario) =>
            throw new CannotRunException($"There is no scenario '{options.Scenario}'. Choose one of {string.Join(", ", ScenarioCatalog.Names)}."),
        _ => options,
    };

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
