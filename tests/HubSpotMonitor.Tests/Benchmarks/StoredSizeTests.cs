using Azure.Data.Tables;
using HubSpotMonitor.Benchmarks.Day;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class StoredSizeTests
{
    [Fact]
    public void A_row_is_as_large_as_Azure_reckons()
    {
        TableEntity row = new("ab", "c")
        {
            ["Name"] = "xyz",
            ["On"] = true,
            ["N"] = 5,
            ["Big"] = 5L,
            ["At"] = DateTimeOffset.UnixEpoch,
            ["Bin"] = new byte[7],
        };
        // 4 and the keys; then each property: 8, its name, its value.
        int[] parts = [4 + 6, 8 + 8 + 4 + 6, 8 + 4 + 1, 8 + 2 + 4, 8 + 6 + 8, 8 + 4 + 8, 8 + 6 + 4 + 7];
        StoredSize.Of(row).ShouldBe(parts.Sum());
    }

    [Fact]
    public void What_the_store_adds_to_an_answer_costs_nothing() =>
        StoredSize.Of(new("a", "b") { ["odata.etag"] = "W/1", ["Timestamp"] = DateTimeOffset.UnixEpoch }).ShouldBe(4 + 4);
}
