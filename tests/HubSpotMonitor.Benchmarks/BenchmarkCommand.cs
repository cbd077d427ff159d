using System.CommandLine;
using HubSpotMonitor.Benchmarks.All;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Benchmarks.Chaos;
using HubSpotMonitor.Benchmarks.Fuzz;
using HubSpotMonitor.Benchmarks.MemoryTables;
using HubSpotMonitor.Benchmarks.Posture;
using HubSpotMonitor.Benchmarks.Webhooks;

namespace HubSpotMonitor.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    private const int DefaultPortals = 200;
    private const int MostPortals = 5000;
    private const int DefaultRounds = 5;
    private const int DefaultMessages = 10_000;
    private const int MostMessages = 1_000_000;
    private const int MostRounds = 20;

    public static RootCommand Build(TimeProvider time)
    {
        var portals = Portals("The largest number of portals; 1 and 20 are measured too");
        var poll = new Command("poll", "Times one poll of all portals, with Azurite and a simulated HubSpot on this machine") { portals };
        poll.SetAction((parsed, cancellationToken) => new PollBenchmark(Console.Out, time).RunAsync(parsed.GetValue(portals), cancellationToken));
        var tables = new Command(MemoryTablesProcess.Command, "Serves tables in memory until it is stopped, for the two months of the tests");
        tables.SetAction((_, cancellationToken) => MemoryTablesProcess.ServeAsync(Console.Out, time, cancellationToken));
        return new RootCommand("Measures HubSpotMonitor on this machine. Run it with -c Release.")
        {
            AllCommand.Build(time), poll, Pages(time), Webhooks(time), Start(time),
            SeriesCommands.Nab(), SeriesCommands.Usage(), SeriesCommands.Detect(), SeriesCommands.Report(),
            PostureCommands.Fold(time), PostureCommands.Rules(), Bus(), FuzzCommand.Build(), ChaosCommand.Build(time), tables,
        };
    }

    private static Command Pages(TimeProvider time)
    {
        var portals = Portals("How many portals there are; one of them has a long past");
        var pages = new Command("pages", "Times the pages, with Azurite on this machine") { portals };
        pages.SetAction((parsed, cancellationToken) => new PagesBenchmark(Console.Out, time).RunAsync(parsed.GetValue(portals), cancellationToken));
        return pages;
    }

    private static Option<int> Portals(string description)
    {
        var portals = new Option<int>("--portals") { Description = description, HelpName = "n", DefaultValueFactory = _ => DefaultPortals };
        portals.Validators.Add(result =>
        {
            if (result.GetValue(portals) is < 1 or > MostPortals) result.AddError($"--portals must be between 1 and {MostPortals}.");
        });
        return portals;
    }

    private static Command Bus()
    {
        var messages = new Option<int>("--messages") { Description = "How many", HelpName = "n", DefaultValueFactory = _ => DefaultMessages };
        messages.Validators.Add(result =>
        {
            if (result.GetValue(messages) is < 1 or > MostMessages) result.AddError($"--messages must be between 1 and {MostMessages}.");
        });
        var bus = new Command(
            "bus", "Sends messages through the bus's sender and reader, on the look-alike of Service Bus and on RabbitMQ where it is installed")
        {
            messages,
        };
        bus.SetAction((parsed, cancellationToken) => new BusBenchmark(Console.Out).RunAsync(parsed.GetValue(messages), cancellationToken));
        return bus;
    }

    private static Command Start(TimeProvider time)
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is started; the medians are told",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultRounds,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) is < 1 or > MostRounds) result.AddError($"--rounds must be between 1 and {MostRounds}.");
        });
        var start = new Command(
            "start",
            "Times the published function app from its start to the first 200 of /health, beside a bare ASP.NET Core app published the same way")
        {
            rounds,
        };
        start.SetAction((parsed, cancellationToken) => new StartBenchmark(Console.Out, time).RunAsync(parsed.GetValue(rounds), cancellationToken));
        return start;
    }

    private static Command Webhooks(TimeProvider time)
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is measured; the medians are told",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultRounds,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) is < 1 or > MostRounds) result.AddError($"--rounds must be between 1 and {MostRounds}.");
        });
        var soak = new Option<bool>("--soak") { Description = "Watches the host's memory over 500,000 events instead" };
        var webhooks = new Command(
            "webhooks", "Measures how webhook events are read and stored, beside the bare store and beside a server in Node")
        {
            rounds,
            soak,
        };
        webhooks.SetAction((parsed, cancellationToken) => parsed.GetValue(soak)
            ? new WebhookSoak(Console.Out, time).RunAsync(cancellationToken)
            : new WebhookBenchmark(Console.Out, time).RunAsync(parsed.GetValue(rounds), cancellationToken));
        return webhooks;
    }
}
