using System.Text.RegularExpressions;

namespace HubSpotMonitor.Local.Parts;

/// <summary>Passes on what a person should see of the host's output: warnings, errors, and whatever it says on standard error.</summary>
internal sealed partial class HostLog(Action<string> say)
{
    private static readonly string[] Told = ["warn", "fail", "crit"];

    private bool _telling;

    /// <summary>Settings under which the host logs one entry per line.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Logging__Console__FormatterName"] = "lines",
    };

    public void Output(string line)
    {
        var entry = Entry().Match(line);
        if (entry.Success)
            _telling = Told.Contains(entry.Groups["level"].Value);
        if (_telling)
            say($"host: {line[entry.Groups["time"].Length..]}");
    }

    public void Error(string line) => say($"host: {line}");

    /// <summary>The first line of an entry of .NET's console log. Lines that do not look so belong to the entry above.</summary>
    [GeneratedRegex(@"^(?<time>\d\S* )?(?<level>trce|dbug|info|warn|fail|crit): ", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();
}
