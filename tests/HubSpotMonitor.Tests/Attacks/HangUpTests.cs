using System.Net.Sockets;
using System.Text;
using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Whoever may call without a key breaks off in the middle, as often as they like.</summary>
public sealed class HangUpTests(SharedAzurite azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n[")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n[")]
    public async Task A_body_that_breaks_off_is_no_error_of_ours(string rest)
    {
        var (_, warnings) = await SendAsync(rest, hangUp: true);

        warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_in_pieces_that_are_none_is_refused_and_no_error_of_ours()
    {
        var (answer, warnings) = await SendAsync("Transfer-Encoding: chunked\r\n\r\nzz\r\n[", hangUp: false);

        answer.ShouldStartWith("HTTP/1.1 400 ");
        warnings.ShouldBeEmpty();
    }

    private async Task<(string Answer, IReadOnlyList<string> Warnings)> SendAsync(string rest, bool hangUp)
    {
        using var log = new LogCapture();
        string answer;
        await using (var host = new ReceivingHost(azurite))
        {
            var address = host.Client.BaseAddress!;
            host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            using var socket = new TcpClient(address.Host, address.Port);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /webhooks/hubspot HTTP/1.1\r\nHost: {address.Authority}\r\n{rest}"), Stop);
            if (hangUp) socket.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            answer = await reader.ReadToEndAsync(Stop);
        }
        // Once the host has ended, all is logged.
        return (answer, [.. log.Warnings]);
    }
}
