using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Bus.Tokens;

namespace HubSpotMonitor.Tests.Bus;

public sealed class BusTokensTests : IDisposable
{
    private static readonly TimeSpan FourFifths = TimeSpan.FromMinutes(48);

    private readonly WatchedClock _clock = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly ServiceBusLookAlike _azure;

    public BusTokensTests() => _azure = new(_clock, ("email", "1=1"));

    public void Dispose() => _azure.Dispose();

    [Fact]
    public async Task A_key_s_token_is_renewed_at_four_fifths_of_its_life_and_the_link_lives_on()
    {
        using var bus = Bus();
        await bus.SendAsync(BusUnderTest.Parcel(1));

        for (var hour = 1; hour <= 3; hour++)
        {
            var tokens = _azure.Tokens["alerts"];
            await BusUnderTest.EventuallyAsync(() => _clock.WaitsOf(FourFifths) >= hour);
            _clock.Advance(FourFifths - TimeSpan.FromSeconds(1));
            _azure.Tokens["alerts"].ShouldBe(tokens);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await BusUnderTest.EventuallyAsync(() => _azure.Tokens["alerts"] == tokens + 1);
            await bus.SendAsync(BusUnderTest.Parcel(hour + 1));
        }

        _azure.Attached.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_renewal_that_is_refused_costs_a_connection_and_no_message()
    {
        using var bus = Bus();
        await bus.SendAsync(BusUnderTest.Parcel(1));
        _azure.RefuseNextTokens(1);

        await BusUnderTest.EventuallyAsync(() => _clock.WaitsOf(FourFifths) >= 1);
        _clock.Advance(FourFifths);
        await BusUnderTest.EventuallyAsync(() => bus.Logs.Lines.Any(line => line.Contains("could not be renewed", StringComparison.Ordinal)));
        await bus.SendAsync(BusUnderTest.Parcel(2));

        _azure["email"].Count.ShouldBe(2);
        _azure.Attached.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_wrong_key_is_told_without_the_key()
    {
        using var bus = new BusUnderTest(new()
        {
            ConnectionString = _azure.ConnectionString.Replace(ServiceBusLookAlike.Key, "d3JvbmcgYnV0IHNlY3JldA==", StringComparison.Ordinal),
        }, _clock);

        var failure = await Should.ThrowAsync<BusException>(() => bus.SendAsync(BusUnderTest.Parcel()));

        failure.IsPermanent.ShouldBeTrue();
        failure.Message.ShouldContain("check the key in Bus:ConnectionString");
        $"{failure} {string.Join(' ', bus.Logs.Lines)}".ShouldNotContain("d3Jvbmc");
    }

    [Fact]
    public async Task An_identity_s_token_opens_the_same_way()
    {
        using var bus = new BusUnderTest(
            new() { ConnectionString = _azure.ConnectionString }, _clock, new EntraTokens(new FixedCredential(ServiceBusLookAlike.Jwt, _clock)));

        await bus.SendAsync(BusUnderTest.Parcel());

        _azure["email"].Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_identity_without_rights_is_told()
    {
        using var bus = new BusUnderTest(
            new() { ConnectionString = _azure.ConnectionString }, _clock, new EntraTokens(new FixedCredential("header.stranger.secret", _clock)));

        var failure = await Should.ThrowAsync<BusException>(() => bus.SendAsync(BusUnderTest.Parcel()));

        failure.Message.ShouldContain("Azure Service Bus Data Sender");
        $"{failure} {string.Join(' ', bus.Logs.Lines)}".ShouldNotContain("stranger");
    }

    private BusUnderTest Bus() => new(new() { ConnectionString = _azure.ConnectionString }, _clock);

    private sealed class FixedCredential(string token, TimeProvider clock) : Azure.Core.TokenCredential
    {
        public override Azure.Core.AccessToken GetToken(Azure.Core.TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            requestContext.Scopes.ShouldBe(["https://servicebus.azure.net/.default"]);
            return new(token, clock.GetUtcNow().AddHours(1));
        }

        public override ValueTask<Azure.Core.AccessToken> GetTokenAsync(
            Azure.Core.TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
