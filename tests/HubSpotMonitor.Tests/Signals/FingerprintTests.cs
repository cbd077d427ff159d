using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("pat-na1-11111111-2222-4333-8444-555555551234", "pat-na1-…1234")]
    [InlineData("PAT-EU1-11111111-2222-4333-8444-555555551234", "pat-eu1-…1234")]
    [InlineData("CNaKSIwMDAwMDAwMDAwMDAwabcd", "…abcd")]
    [InlineData("too-short", "…")]
    [InlineData("nineteen-letters-ab", "…")]
    [InlineData("twenty-letters-abcde", "…bcde")]
    public void A_secret_is_shown_by_its_ends_only(string secret, string shown) => Fingerprint.Of(secret).ShouldBe(shown);
}
