using System.IO.Compression;
using System.Net;
using System.Text;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Tests.Polling;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>A few kilobytes that would be gigabytes once unpacked. Nobody here unpacks anything.</summary>
[Collection(nameof(Alone))]
public sealed class DecompressionTests(SharedAzurite azurite)
{
    private const int Unpacked = 256 * 1024 * 1024;

    private static readonly byte[] Bomb = Pack(Unpacked);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip, gzip")]
    public async Task A_packed_request_is_taken_for_what_it_is_bytes_that_are_no_JSON(string encoding)
    {
        await using var host = new ReceivingHost(azurite);
        var signed = Signed.Request(Bomb, TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/hubspot", UriKind.Relative))
        {
            Content = new ByteArrayContent(Bomb),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        request.Headers.Add("X-HubSpot-Signature-v3", signed.SignatureV3);
        request.Headers.Add("X-HubSpot-Request-Timestamp", signed.Timestamp);
        _ = host.Client;
        var before = GC.GetTotalAllocatedBytes();

        using var answer = await host.Client.SendAsync(request, Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(Unpacked / 4);
    }

    [Fact]
    public async Task A_packed_answer_of_HubSpot_is_malformed_and_we_never_asked_for_one()
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        var asked = "";
        hubSpot.Usage =
        [
            context =>
            {
                asked = context.Request.Headers.AcceptEncoding.ToString();
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.Body.WriteAsync(Bomb, context.RequestAborted).AsTask();
            },
        ];
        await using var services = Services(hubSpot.Address);
        var before = GC.GetTotalAllocatedBytes();

        var exception = await Should.ThrowAsync<HubSpotException>(() => services.GetRequiredService<HubSpotClient>().GetUsageAsync("t", Stop));

        exception.Failure.ShouldBe(HubSpotFailure.Malformed);
        asked.ShouldBeEmpty();
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(Unpacked / 4);
    }

    private static ServiceProvider Services(Uri hubSpot)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("HubSpot:BaseUrl", hubSpot.ToString())]).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddHubSpotMonitor(configuration)
            .BuildServiceProvider();
    }

    private static byte[] Pack(int length)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var block = Encoding.UTF8.GetBytes(new string(' ', 1024 * 1024));
            for (var written = 0; written < length; written += block.Length)
                gzip.Write(block);
        }
        return packed.ToArray();
    }
}
