using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class CredentialTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData(10, null, 10)]
    [InlineData(null, 5, 5)]
    [InlineData(10, 5, 5)]
    [InlineData(5, 10, 5)]
    public void A_secret_is_as_old_as_what_made_it_last(int? createdDaysAgo, int? rotatedDaysAgo, int? days) =>
        Key(createdDaysAgo, rotatedDaysAgo).SecretSince.ShouldBe(Noon - Days(days));

    [Theory]
    [InlineData(30, 90, 30)]
    [InlineData(null, 90, 90)]
    [InlineData(30, null, 30)]
    [InlineData(null, null, null)]
    public void It_is_due_when_it_has_the_age_of_its_own_limit_or_else_of_the_usual_one(int? own, int? usual, int? days) =>
        (Key(10, null) with { AgeLimit = Days(own) }).DueAt(Days(usual)).ShouldBe(Noon.AddDays(-10) + Days(days));

    [Fact]
    public void One_of_unknown_age_is_never_due() => Key(null, null).DueAt(TimeSpan.FromDays(90)).ShouldBeNull();

    private static Credential Key(int? createdDaysAgo, int? rotatedDaysAgo) => new()
    {
        Id = "ServiceKey-7654",
        Kind = CredentialKind.ServiceKey,
        Name = "service key 7654",
        Status = CredentialStatus.Active,
        CreatedAt = Noon - Days(createdDaysAgo),
        RotatedAt = Noon - Days(rotatedDaysAgo),
    };

    private static TimeSpan? Days(int? days) => days is { } known ? TimeSpan.FromDays(known) : null;
}
