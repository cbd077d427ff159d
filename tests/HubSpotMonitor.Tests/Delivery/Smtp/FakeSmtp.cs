using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;

namespace HubSpotMonitor.Tests.Delivery.Smtp;

/// <summary>A mail server that knows just enough of RFC 5321 to take a mail or to refuse it.</summary>
internal sealed class FakeSmtp : OtherSide
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _mails = [];
    private readonly Task _running;

    private FakeSmtp()
    {
        _listener.Start();
        Address = new($"smtp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _running = RunAsync();
    }

    public override Uri Address { get; }

    /// <summary>The answer to a command, by its first word, in place of the usual one.</summary>
    public ConcurrentDictionary<string, string> Replies { get; } = [];

    /// <summary>The answer about a reader, by address, in place of the usual one.</summary>
    public ConcurrentDictionary<string, string> Readers { get; } = [];

    public ConcurrentQueue<string> Commands { get; } = [];

    public IReadOnlyList<MimeMessage> Mails =>
        [.. _mails.Select(mail => MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail))))];

    public override IReadOnlyList<string> Received => [.. Mails.Select(mail => $"{mail.Subject}\n{mail.TextBody}\n{mail.HtmlBody}")];

    public static FakeSmtp Start() => new();

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
    }

    private async Task RunAsync()
    {
        List<Task> talks = [];
        try
        {
            while (true)
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 fake ready");
            while (await reader.ReadLineAsync(_stop.Token) is { } line && await AnswerAsync(line, reader, writer))
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client or the test has left.
        }
    }

    private async Task<bool> AnswerAsync(string line, StreamReader reader, StreamWriter writer)
    {
        Commands.Enqueue(line);
        var word = line.Split(' ', ':')[0].ToUpperInvariant();
        var reply = Replies.TryGetValue(word, out var own) ? own : word switch
        {
            "EHLO" => "250-fake\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        var about = word == "RCPT" ? Readers.FirstOrDefault(reader => line.Contains(reader.Key, StringComparison.OrdinalIgnoreCase)).Value : null;
        await writer.WriteLineAsync(about ?? reply);
        if (word == "DATA" && reply.StartsWith("354", StringComparison.Ordinal))
            await TakeAsync(reader, writer);
        return word != "QUIT";
    }

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        List<string> lines = [];
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
            lines.Add(line.StartsWith('.') ? line[1..] : line);
        _mails.Enqueue(string.Join("\r\n", lines));
        if (Answer == Answer.Hang)
            await Task.Delay(Timeout.Infinite, _stop.Token);
        // Servers like to repeat addresses and more.
        await writer.WriteLineAsync(Answer switch
        {
            Answer.RefuseForGood => "554 no mail for oncall@example.com from user monitor-user",
            Answer.RefuseForNow => "451 oncall@example.com is busy",
            _ => "250 taken",
        });
    }
}
