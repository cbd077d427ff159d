using System.Text;
using System.Text.RegularExpressions;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Local;

/// <summary>The README's first command, as a new user runs it, only faster.</summary>
public sealed partial class LocalRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_stolen_token_reaches_inbox_and_page_and_stopping_leaves_nothing_behind()
    {
        var data = Directory.CreateTempSubdirectory("local-run-").FullName;
        var port = FreePort.Next();
        using var http = new HttpClient();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        var output = new Transcript();
        var run = LocalCommand.RunAsync(
            ["--port", $"{port}", "--data", data, "--speed", "200", "--scenario", "token-theft"], output, output, TimeProvider.System, stop.Token);

        var inbox = await EventuallyAsync(
            () => Task.FromResult(InboxAddress().Match(output.ToString()).Value), address => address.Length > 0, run, output);
        await EventuallyAsync(
            () => http.GetStringAsync($"{inbox}/messages", stop.Token),
            messages => IsTold(messages, "mail") && IsTold(messages, "card"),
            run,
            output);
        (await http.GetStringAsync($"http://127.0.0.1:{port}/", stop.Token)).ShouldContain("x normal");
        (await http.GetStringAsync($"http://127.0.0.1:{port}/api/deliveries", stop.Token)).ShouldContain("\"Sent\"");

        await stop.CancelAsync();
        (await run).ShouldBe(0, output.ToString());
        output.ToString().ShouldContain($"Dashboard: http://127.0.0.1:{port}/");
        await Should.ThrowAsync<HttpRequestException>(
            () => http.GetAsync(new Uri($"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken));
        await Should.ThrowAsync<HttpRequestException>(
            () => http.GetAsync(new Uri(AzuriteAddress().Match(output.ToString()).Value), TestContext.Current.CancellationToken));
        Directory.Delete(data, recursive: true);
    }

    private static bool IsTold(string messages, string kind)
    {
        using var all = System.Text.Json.JsonDocument.Parse(messages);
        return all.RootElement.EnumerateArray().Any(message => message.GetProperty("kind").GetString() == kind
            && message.GetProperty("title").GetString()!.Contains("x normal", StringComparison.Ordinal));
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> isThere, Task<int> run, Transcript output)
    {
        while (true)
        {
            var answer = await ask();
            if (isThere(answer)) return answer;
            run.IsCompleted.ShouldBeFalse(output.ToString());
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex(@"(?<=Inbox: )http://127\.0\.0\.1:\d+/inbox")]
    private static partial Regex InboxAddress();

    [GeneratedRegex(@"(?<=Azurite\s+)http://127\.0\.0\.1:\d+/")]
    private static partial Regex AzuriteAddress();

    /// <summary>What was printed, readable while it is still being printed.</summary>
    private sealed class Transcript : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text) _text.Append(value);
        }

        public override string ToString()
        {
            lock (_text) return _text.ToString();
        }
    }
}
