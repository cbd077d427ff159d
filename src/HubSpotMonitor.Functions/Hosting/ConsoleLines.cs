using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>
/// One entry, one line: <c>2026-11-24T12:00:00Z warn: Category[0] =&gt; scope message exception</c>. What others wrote stands in messages (names of
/// apps, answers of services): no line break of theirs may look like an entry of ours, and no escape sequence may reach a terminal. .NET's own
/// single-line format lets carriage returns and escape sequences through.
/// </summary>
internal sealed class ConsoleLines() : ConsoleFormatter(Name)
{
    public new const string Name = "lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var line = new StringBuilder();
        // Real time, also where the product's clock is simulated.
        line.Append(CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}]");
        scopeProvider?.ForEachScope((scope, text) => text.Append(CultureInfo.InvariantCulture, $" => {scope}"), line);
        line.Append(' ').Append(message);
        if (logEntry.Exception is { } exception)
            line.Append(' ').Append(exception);
        textWriter.WriteLine(Harmless(line.ToString()));
    }

    /// <summary>
    /// The text with a space for everything that is not shown as itself: control characters, other line ends, marks that turn the reading direction.
    /// </summary>
    internal static string Harmless(string text) => string.Create(text.Length, text, (letters, source) =>
    {
        for (var place = 0; place < letters.Length; place++)
            letters[place] = IsShown(source[place]) ? source[place] : ' ';
    });

    private static bool IsShown(char letter) =>
        letter is >= ' ' and < '\u007f'
        || char.GetUnicodeCategory(letter) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
