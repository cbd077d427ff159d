using System.Net.Sockets;
using System.Text;
using HubSpotMonitor.Tests.Webhooks;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Whoever may call without a key claims much, sends little and waits.</summary>
[Collection(nameof(Alone))]
public sealed class ClaimedLengthTests(SharedAzurite azurite)
{
    private const int Callers = 64;
    private const int Claimed = 8_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_length_that_is_only_claimed_costs_no_memory()
    {
        await using var host = new ReceivingHost(azurite);
        await host.AcceptAsync("[]");
        var address = host.Client.BaseAddress!;
        var before = GC.GetTotalAllocatedBytes(precise: true);

        // Such as look right: without them nobody reads a body.
        var headers = Signed.Headers(TimeProvider.System.GetUtcNow());
        List<TcpClient> callers = [];
        try
        {
            for (var caller = 0; caller < Callers; caller++)
            {
                var socket = new TcpClient(address.Host, address.Port);
                callers.Add(socket);
                await socket.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"POST /webhooks/hubspot HTTP/1.1\r\nHost: {address.Authority}\r\n{headers}Content-Length: {Claimed}\r\n\r\n["),
                    Stop);
            }
            // Who is served after them shows that they are being read.
            await host.AcceptAsync("[]");
        }
        finally
        {
            callers.ForEach(socket => socket.Dispose());
        }

        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Callers * (long)Claimed / 4);
    }
}
