using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Whoever may call without a key sends what is no HTTP, as often as they like.</summary>
public sealed class BrokenBodyTests(SharedAzurite azurite)
{
    [Fact]
    public async Task A_body_in_pieces_that_are_none_is_refused_and_no_error_of_ours()
    {
        using var log = new LogCapture();
        await using (var host = new ReceivingHost(azurite))
        {
            var address = host.Client.BaseAddress!;
            host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

            // With headers that look right: without them nobody reads a body.
            var answers = await RawHttp.SendAsync(
                address,
                $"POST /webhooks/hubspot HTTP/1.1\r\nHost: {address.Authority}\r\n{Signed.Headers(TimeProvider.System.GetUtcNow())}Transfer-Encoding: chunked\r\n\r\nzz\r\n[");

            RawHttp.Statuses(answers).ShouldBe(["400"]);
        }
        // Once the host has ended, all is logged.
        log.Warnings.ShouldBeEmpty();
    }
}
