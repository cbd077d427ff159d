namespace HubSpotMonitor.Local.Parts;

/// <summary>Passes on what a person should see of the host's output: warnings, errors, and whatever it says on standard error.</summary>
internal sealed class HostLog(Action<string> say)
{
    // The first word of a line of .NET's console log tells its level; lines without one belong to the entry above.
    private static readonly string[] Told = ["warn: ", "fail: ", "crit: "];
    private static readonly string[] Untold = ["info: ", "dbug: ", "trce: "];

    private bool _telling;

    /// <summary>Settings under which the host logs one entry per line.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        ["Logging__Console__FormatterOptions__ColorBehavior"] = "Disabled",
    };

    public void Output(string line)
    {
        if (StartsWithAny(line, Told))
            _telling = true;
        else if (StartsWithAny(line, Untold))
            _telling = false;
        if (_telling)
            say($"host: {line}");
    }

    public void Error(string line) => say($"host: {line}");

    private static bool StartsWithAny(string line, string[] starts) => starts.Any(start => line.StartsWith(start, StringComparison.Ordinal));
}
