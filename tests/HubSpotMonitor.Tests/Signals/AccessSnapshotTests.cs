using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class AccessSnapshotTests
{
    [Fact]
    public void Who_is_a_super_admin_on_the_first_list_was_not_raised()
    {
        var first = AdminList.Compare(null, Of(Noon, (1, true), (2, false)));
        first.Admins!.Users.ShouldBe([1]);
        first.Raised.ShouldBeEmpty();
    }

    [Fact]
    public void Who_became_one_between_two_lists_was_raised_and_that_is_remembered_for_ninety_days()
    {
        var first = AdminList.Compare(null, Of(Noon, (1, true), (2, false)));
        var second = AdminList.Compare(first, Of(Noon.AddHours(1), (1, true), (2, true)));
        second.Raised.ShouldBe([new(2, "u2@acme.example", Noon, Noon.AddHours(1))]);
        AdminList.Compare(second, Of(Noon.AddDays(90), (1, true), (2, true))).Raised.ShouldBe(second.Raised);
        AdminList.Compare(second, Of(Noon.AddDays(90).AddHours(1), (1, true), (2, true))).Raised.ShouldBeEmpty();
    }

    [Fact]
    public void Who_was_raised_twice_is_remembered_once()
    {
        var first = AdminList.Compare(null, Of(Noon, (2, false)));
        var raised = AdminList.Compare(first, Of(Noon.AddHours(1), (2, true)));
        var lowered = AdminList.Compare(raised, Of(Noon.AddHours(2), (2, false)));
        AdminList.Compare(lowered, Of(Noon.AddHours(3), (2, true))).Raised.ShouldBe([new(2, "u2@acme.example", Noon.AddHours(2), Noon.AddHours(3))]);
    }

    [Fact]
    public void While_users_cannot_be_read_the_last_list_stays()
    {
        var first = AdminList.Compare(null, Of(Noon, (1, true), (2, false)));
        var blind = AdminList.Compare(first, Of(Noon.AddHours(1)) with { Users = null });
        blind.Admins.ShouldBe(first.Admins);
        AdminList.Compare(blind, Of(Noon.AddHours(2), (1, true), (2, true))).Raised.ShouldHaveSingleItem().After.ShouldBe(Noon);
        AdminList.Compare(null, Of(Noon) with { Users = null }).Admins.ShouldBeNull();
    }

    [Fact]
    public void A_list_that_is_carried_over_speaks_of_when_it_was_read()
    {
        static SourceState Read(DateTimeOffset at) => new(AccessSource.Users, SourceAccess.Read, null, at);
        var first = AdminList.Compare(null, Of(Noon, (2, false)) with { Sources = [Read(Noon)] });
        var carried = AdminList.Compare(first, Of(Noon.AddHours(23), (2, false)) with { Sources = [Read(Noon)] });
        carried.Admins!.At.ShouldBe(Noon);
        var second = AdminList.Compare(carried, Of(Noon.AddHours(24), (2, true)) with { Sources = [Read(Noon.AddHours(24))] });
        second.Raised.ShouldBe([new(2, "u2@acme.example", Noon, Noon.AddHours(24))]);
    }

    private static AccessSnapshot Of(DateTimeOffset at, params (long Id, bool Super)[] users) => new()
    {
        Portal = Acme.Id,
        At = at,
        Sources = [],
        Users = [.. users.Select(user => new AccountUser(user.Id, $"u{user.Id}@acme.example", user.Super))],
    };
}
