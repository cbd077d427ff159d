using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class GrantTests
{
    private static readonly Grant Fresh =
        new() { Portal = Acme.Id, AccessToken = "a", RefreshToken = "r", ConnectedAt = Noon, RefreshedAt = Noon, ExpiresAt = Noon.AddMinutes(30) };

    [Fact]
    public void It_is_renewed_when_a_fifth_of_its_life_is_left() => Fresh.RenewAt.ShouldBe(Noon.AddMinutes(24));

    [Fact]
    public void A_claim_holds_until_its_end_unless_it_is_longer_than_any_can_be()
    {
        var minute = TimeSpan.FromMinutes(1);
        Fresh.IsClaimed(Noon, minute).ShouldBeFalse();
        (Fresh with { ClaimedUntil = Noon + minute }).IsClaimed(Noon, minute).ShouldBeTrue();
        (Fresh with { ClaimedUntil = Noon }).IsClaimed(Noon, minute).ShouldBeFalse();
        (Fresh with { ClaimedUntil = Noon + (2 * minute) }).IsClaimed(Noon, minute).ShouldBeFalse();
    }

    [Fact]
    public void One_that_ended_holds_no_token()
    {
        var ended = (Fresh with { ClaimedUntil = Noon }).End(Noon.AddHours(1));
        (ended.IsEnded, ended.EndedAt, ended.AccessToken, ended.RefreshToken, ended.ClaimedUntil).ShouldBe((true, Noon.AddHours(1), "", "", null));
        Fresh.IsEnded.ShouldBeFalse();
    }
}
