using System.Net.Sockets;
using System.Text;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Bytes as no well-behaved client would send them, over a socket.</summary>
internal static class RawHttp
{
    /// <summary>Longer than any answer takes; only a host that waits for more of the request is waited for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sends it, and on the same connection a last request that asks to hang up: so everything that was taken for a request is answered before
    /// the end, and nothing needs to be waited for.
    /// </summary>
    public static async Task<string> SendAsync(Uri host, string request)
    {
        using var socket = new TcpClient(host.Host, host.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"{request}GET /nothing HTTP/1.1\r\nHost: {host.Authority}\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var (answers, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) is var read and > 0) answers.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception exception) when (exception is IOException
            || (exception is OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
        {
            // Hung up on, or it waits for more.
        }
        return answers.ToString();
    }

    /// <summary>The status codes of all answers in what came back.</summary>
    public static IReadOnlyList<string> Statuses(string answers) =>
        [.. answers.Split("HTTP/1.1 ").Skip(1).Select(answer => answer[..3])];
}
