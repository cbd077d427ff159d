using System.IO.Pipelines;
using HubSpotMonitor.Functions.Webhooks;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Webhooks;

public sealed class UnverifiedBodyTests
{
    private const int Limit = 1_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_stalls_is_given_up()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("[{"u8.ToArray(), Stop);
        using var body = new UnverifiedBody(new(most: 8), TimeSpan.FromMilliseconds(1));
        (await body.ReadAsync(pipe.Reader.AsStream(), Limit, Stop)).ShouldBe(IntakeOutcome.BodyNotRead);
    }

    [Fact]
    public async Task A_large_body_needs_a_place_and_gives_it_back()
    {
        var large = new LargeBodies(most: 1);
        large.TryEnter().ShouldBeTrue();
        (await ReadAsync(large, UnverifiedBody.LargeFrom)).ShouldBe(IntakeOutcome.BodyNotRead);
        (await ReadAsync(large, UnverifiedBody.LargeFrom - 1)).ShouldBeNull();
        large.Leave();
        (await ReadAsync(large, UnverifiedBody.LargeFrom)).ShouldBeNull();
        (await ReadAsync(large, Limit + 1)).ShouldBe(IntakeOutcome.BodyTooLarge);
        (await ReadAsync(large, Limit)).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32 * 1024)]
    [InlineData(300_000)]
    public async Task It_is_read_whole(int length)
    {
        byte[] sent = [.. Enumerable.Range(0, length).Select(index => (byte)(index * 31))];
        using var body = new UnverifiedBody(new(most: 8), TimeSpan.FromMinutes(1));
        (await body.ReadAsync(new MemoryStream(sent), Limit, Stop)).ShouldBeNull();
        body.Bytes.Span.SequenceEqual(sent).ShouldBeTrue();
    }

    private static async Task<IntakeOutcome?> ReadAsync(LargeBodies large, int length)
    {
        using var body = new UnverifiedBody(large, TimeSpan.FromMinutes(1));
        return await body.ReadAsync(new MemoryStream(new byte[length]), Limit, Stop);
    }
}
