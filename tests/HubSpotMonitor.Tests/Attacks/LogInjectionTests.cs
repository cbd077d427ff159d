using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Whoever chooses a name, an address or an answer writes into our log, but never a line of their own.</summary>
public sealed class LogInjectionTests
{
    private const string Forged = "2026-11-24T12:00:00Z crit: HubSpotMonitor[0] all is lost";

    public static TheoryData<string> Breaks => ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public void What_others_wrote_cannot_begin_a_line(string lineBreak)
    {
        var hostile = $"x{lineBreak}{Forged}";

        var written = Write(hostile, new InvalidOperationException(hostile), scope: $"RequestPath:/{hostile}");

        written.ShouldEndWith("\n");
        written[..^1].ShouldNotContain(lineBreak);
        written.ReplaceLineEndings().Split(Environment.NewLine).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("\u001b[2J")]
    [InlineData("\u001b]0;title\u0007")]
    [InlineData("\u009b31m")]
    [InlineData("\u202e")]
    [InlineData("\u0008\u0008")]
    [InlineData("\u007f")]
    public void No_escape_sequence_reaches_a_terminal(string sequence) =>
        Write($"a{sequence}b", null, sequence).ShouldNotContain(letter => (char.IsControl(letter) && letter != '\n') || letter == '\u202e');

    [Fact]
    public void What_is_read_is_left_as_it_is()
    {
        var written = Write("Could not poll Zoë 東京 😀.", new InvalidOperationException("why"), "PollUsage");

        written.ShouldMatch(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ warn: Category\[7\] => PollUsage Could not poll Zoë 東京 😀\. System\.InvalidOperationException: why\n$");
    }

    [Fact]
    public async Task The_host_writes_its_log_so()
    {
        await using var host = new RunningHost();
        _ = host.Browser();

        host.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName.ShouldBe(ConsoleLines.Name);
        host.Services.GetServices<ConsoleFormatter>().ShouldContain(formatter => formatter is ConsoleLines);
    }

    private static string Write(string message, Exception? exception, string scope)
    {
        var scopes = new LoggerExternalScopeProvider();
        using var open = scopes.Push(scope);
        using var written = new StringWriter { NewLine = "\n" };
        new ConsoleLines().Write(
            new LogEntry<string>(LogLevel.Warning, "Category", new EventId(7), message, exception, (state, _) => state), scopes, written);
        return written.ToString();
    }
}
