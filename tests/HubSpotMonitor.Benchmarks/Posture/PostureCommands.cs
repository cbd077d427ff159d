using System.CommandLine;

namespace HubSpotMonitor.Benchmarks.Posture;

/// <summary>The commands on who can get in.</summary>
internal static class PostureCommands
{
    private const int DefaultPortals = 50;
    private const int MostPortals = 1000;

    public static Command Fold(TimeProvider time)
    {
        var portals = new Option<int>("--portals")
        {
            Description = "How many accounts, each with some 42,000 events in 90 days",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultPortals,
        };
        portals.Validators.Add(result =>
        {
            if (result.GetValue(portals) is < 1 or > MostPortals) result.AddError($"--portals must be between 1 and {MostPortals}.");
        });
        var command = new Command("fold", "Folds 90 days of activity of many accounts from scratch, twice and in pieces") { portals };
        command.SetAction(parsed => new FoldBenchmark(Console.Out, time).Run(parsed.GetValue(portals)));
        return command;
    }

    public static Command Rules()
    {
        var results = new Option<string>("--out") { Description = "The folder", HelpName = "dir", DefaultValueFactory = _ => "docs/rules" };
        var command = new Command("rules", "Writes docs/rules anew: the table of all rules and a page for each") { results };
        command.SetAction(parsed =>
        {
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(results)).FullName;
            foreach (var old in Directory.EnumerateFiles(folder, "*.md")) File.Delete(old);
            foreach (var (file, page) in RulePages.All()) File.WriteAllText(Path.Combine(folder, file), page);
            Console.Out.WriteLine($"{RulePages.All().Count} pages written to {folder}");
        });
        return command;
    }
}
