using System.Text;
using HubSpotMonitor.Functions.Triggers;

namespace HubSpotMonitor.Tests.Functions;

public sealed class TimerCallTests
{
    private static readonly DateTimeOffset Last = new DateTimeOffset(2026, 11, 23, 13, 49, 0, TimeSpan.Zero).AddTicks(52857);

    [Theory]
    [InlineData(HostCalls.OnTime, false, true, 0)]
    [InlineData(HostCalls.PastDue, true, true, 0)]
    [InlineData(HostCalls.FirstEver, false, false, 0)]
    [InlineData(HostCalls.WithoutMonitor, false, false, 0)]
    [InlineData(HostCalls.Retried, false, true, 1)]
    [InlineData(HostCalls.Doubled, true, true, 0)]
    [InlineData(HostCalls.Manual, false, false, 0)]
    [InlineData("""{"Data":{"timer":"\"x\""},"Metadata":{}}""", false, false, 0)]
    [InlineData("""{"data":{},"metadata":{}}""", false, false, 0)]
    public async Task Every_form_the_host_was_seen_to_send_is_understood(string body, bool isPastDue, bool hasLast, int retries) =>
        (await ReadAsync(body)).ShouldBe(new TimerCall(isPastDue, hasLast ? Last : null, retries));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":[],"Metadata":{}}""")]
    public async Task What_is_no_call_is_none(string body) => (await ReadAsync(body)).ShouldBeNull();

    private static async Task<TimerCall?> ReadAsync(string body)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return await TimerCall.ReadAsync(stream, TestContext.Current.CancellationToken);
    }
}
