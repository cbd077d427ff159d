using System.Globalization;
using HubSpotMonitor.Tests.Functions;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>
/// Requests of which two servers could disagree where they end. A proxy in front passes one on, and what it took for the body would be a second one
/// to us: a call of a timer with all the marks of the Functions host. Sent as bytes to the host as the Functions host starts it.
/// </summary>
public sealed class SmugglingTests : IClassFixture<RunningCustomHandler>
{
    private const string Call = "{\"Data\":{},\"Metadata\":{}}";

    private readonly RunningCustomHandler _host;
    private readonly Uri _address;

    public SmugglingTests(RunningCustomHandler host)
    {
        ArgumentNullException.ThrowIfNull(host);
        (_host, _address) = (host, host.Browser().BaseAddress!);
        host.Runs.Clear();
    }

    private string Smuggled =>
        $"POST /PollUsage HTTP/1.1\r\nHost: {_address.Authority}\r\nX-Azure-Functions-InvocationId: x\r\nContent-Type: application/json\r\nContent-Length: {Call.Length}\r\n\r\n{Call}";

    [Fact]
    public async Task The_smuggled_call_would_run_if_it_came_on_its_own()
    {
        RawHttp.Statuses(await RawHttp.SendAsync(_address, Smuggled))
            .ShouldBe(["200", "401"], "its own answer, and that of the request behind it, which nobody signed in for");
        _host.Runs.ShouldBe(["PollUsage"]);
    }

    [Theory]
    [InlineData("Content-Length: {2}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: {2}\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Content-Length: 0\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("Content-Length: 0, {0}\r\n\r\n{1}")]
    [InlineData("Content-Length: +{0}\r\n\r\n{1}")]
    [InlineData("Content-Length: 0x{0}\r\n\r\n{1}")]
    [InlineData("Content-Length : {0}\r\n\r\n{1}")]
    [InlineData(" Content-Length: {0}\r\n\r\n{1}")]
    [InlineData("Content-Length:\r\n {0}\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding : chunked\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0;x\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{1}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n00000000000000000\r\n\r\n{1}")]
    [InlineData("X: a\rContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("X: a\u0000\r\nContent-Length: {0}\r\n\r\n{1}")]
    public async Task What_two_servers_could_read_differently_never_becomes_a_second_request(string rest)
    {
        var text = rest.Replace("{0}", Length(0), StringComparison.Ordinal)
            .Replace("{2}", Length(5), StringComparison.Ordinal)
            .Replace("{1}", Smuggled, StringComparison.Ordinal);

        var answers = await RawHttp.SendAsync(_address, $"POST /webhooks/hubspot HTTP/1.1\r\nHost: {_address.Authority}\r\n{text}");

        // Its own answer and that of the last request, or a refusal of all.
        RawHttp.Statuses(answers).Count.ShouldBeInRange(1, 2, answers);
        _host.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_with_its_length_is_a_body_and_no_request_whoever_reads_it()
    {
        var answers = await RawHttp.SendAsync(
            _address, $"POST /webhooks/hubspot HTTP/1.1\r\nHost: {_address.Authority}\r\nContent-Length: {Smuggled.Length}\r\n\r\n{Smuggled}");

        RawHttp.Statuses(answers).ShouldBe(["404", "401"]);
        _host.Runs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET http://evil.example/PollUsage HTTP/1.1\r\nHost: evil.example")]
    [InlineData("POST http://evil.example/PollUsage HTTP/1.1\r\nHost: 127.0.0.1")]
    [InlineData("POST //evil.example/PollUsage HTTP/1.1\r\nHost: 127.0.0.1")]
    [InlineData("POST /pages/../PollUsage HTTP/1.1\r\nHost: evil.example")]
    [InlineData("POST /PollUsage HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example")]
    [InlineData("POST /PollUsage HTTP/1.1\r\nHost: evil.example@127.0.0.1")]
    [InlineData("POST /PollUsage HTTP/1.1\r\nHost: 127.0.0.1.evil.example")]
    [InlineData("POST /PollUsage HTTP/1.1")]
    [InlineData("CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:80")]
    [InlineData("TRACE /PollUsage HTTP/1.1\r\nHost: 127.0.0.1")]
    public async Task A_call_addressed_to_somebody_else_runs_nothing(string start)
    {
        var answers = await RawHttp.SendAsync(
            _address,
            $"{start}\r\nX-Azure-Functions-InvocationId: x\r\nContent-Type: application/json\r\nContent-Length: {Call.Length}\r\n\r\n{Call}");

        RawHttp.Statuses(answers).ShouldNotBeEmpty();
        RawHttp.Statuses(answers).ShouldAllBe(status => status.StartsWith('4'), answers);
        _host.Runs.ShouldBeEmpty();
    }

    // Of the smuggled call and what stands before it in the body.
    private string Length(int before) => (Smuggled.Length + before).ToString(CultureInfo.InvariantCulture);
}
