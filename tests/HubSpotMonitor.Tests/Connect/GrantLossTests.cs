using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using HubSpotMonitor.Connect;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Store.Secrets;
using HubSpotMonitor.Tests.Polling;
using HubSpotMonitor.Tests.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>What can be lost on the way: a grant revoked, a host that dies, a store, a vault or a HubSpot that is away.</summary>
public sealed class GrantLossTests(SharedAzurite azurite)
{
    private const string NotGivenBack =
        "What it granted was not given back, since a connection that was there before may hang on it: connect again, or uninstall the app there, under Settings > Integrations > Connected apps.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_revoked_grant_is_noticed_at_the_next_poll_and_its_tokens_are_deleted()
    {
        await using var connected = await StartAsync();
        await connected.Monitor.PollAsync();
        connected.Monitor.HubSpot.OAuth.Uninstall(MonitorUnderTest.Account.Id);
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        await connected.Monitor.LiveAsync(TimeSpan.FromMinutes(10));
        (await connected.Monitor.AlertsAsync()).ShouldHaveSingleItem().Finding.Summary
            .ShouldContain(
                $"HubSpot has revoked the monitor's access to Acme (4711): the app was uninstalled there, or its grant withdrawn. Connect it again at {ConnectedMonitor.Link}");
        var grant = await connected.GrantAsync();
        (grant.IsEnded, grant.AccessToken, grant.RefreshToken).ShouldBe((true, "", ""));
    }

    [Fact]
    public async Task While_HubSpot_is_away_the_old_access_token_serves_as_long_as_it_lives()
    {
        await using var connected = await StartAsync();
        var first = await connected.TokenAsync();
        connected.Monitor.HubSpot.OAuth.IsDown = true;
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(25));
        (await connected.TokenAsync()).ShouldBe(first);
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        (await connected.RefusalAsync()).Failure.ShouldBe(HubSpotFailure.Passing);
        connected.Monitor.HubSpot.OAuth.IsDown = false;
        (await connected.TokenAsync()).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_refused_client_secret_ends_no_grant()
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.RefusesApp = true;
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        var refusal = await connected.RefusalAsync();
        (refusal.Failure, refusal.Message.Contains("Connect:ClientSecret", StringComparison.Ordinal)).ShouldBe((HubSpotFailure.WrongApp, true));
        connected.Monitor.HubSpot.OAuth.RefusesApp = false;
        (await connected.TokenAsync()).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(0, true)] // the refresh token stays the same: nothing is lost
    [InlineData(1, false)] // it was replaced, and the new one died with the host: to be connected again
    public async Task A_host_that_dies_between_HubSpots_answer_and_the_store_costs_at_most_the_grant(int newRefreshTokenEvery, bool survives)
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = newRefreshTokenEvery;
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        var stored = (await connected.Grants.ReadAsync(MonitorUnderTest.Account.Id, Stop))!;
        await connected.Grants.TryWriteAsync(stored.Grant with { ClaimedUntil = connected.Monitor.Now.AddMinutes(1) }, stored, Stop);
        await connected.Monitor.Get<HubSpotClient>()
            .RefreshAsync(connected.Monitor.Get<IOptions<ConnectOptions>>().Value.App, stored.Grant.RefreshToken, Stop);

        (await connected.RefusalAsync()).Failure.ShouldBe(HubSpotFailure.Passing); // for the minute of the claim
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        if (survives) (await connected.TokenAsync()).ShouldBe((await connected.GrantAsync()).AccessToken);
        else (await connected.RefusalAsync()).Message.ShouldContain(ConnectedMonitor.Link);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_stored_at_the_next_call_and_not_asked_for_again()
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = 1;
        var (host, keeper) = HostWithKeeper(connected);
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        keeper.IsAway = true;
        (await connected.RefusalAsync(host)).Message.ShouldBe("The grant of Acme (4711) cannot be read now. The keeper is away.");
        keeper.IsAway = false;
        (await connected.TokenAsync(host)).ShouldBe((await connected.GrantAsync()).AccessToken);
        connected.Monitor.HubSpot.OAuth.Refreshes.ShouldBe(1);
    }

    [Fact]
    public async Task A_grant_that_another_host_took_for_dead_lives_on_when_HubSpot_has_renewed_it()
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = 1;
        var (host, keeper) = HostWithKeeper(connected);
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        keeper.IsAway = true;
        await connected.RefusalAsync(host);
        // the claim is over, and the other host sends the refresh token that was just replaced
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        (await connected.RefusalAsync(connected.NewHost())).Failure.ShouldBe(HubSpotFailure.NotConnected);
        (await connected.GrantAsync()).IsEnded.ShouldBeTrue();
        keeper.IsAway = false;
        (await connected.TokenAsync(host)).ShouldBe((await connected.GrantAsync()).AccessToken);
    }

    [Fact]
    public async Task Without_the_key_ring_a_grant_cannot_be_read_and_it_is_told()
    {
        await using var connected = await StartAsync();
        var foreign = new EphemeralDataProtectionProvider();
        var keeper = new ProtectedSecrets(
            new((name, secret) => foreign.CreateProtector(name).Protect(secret), (name, kept) => foreign.CreateProtector(name).Unprotect(kept)));
        var table = ActivatorUtilities.CreateInstance<GrantTable>(connected.Monitor.Get<IServiceProvider>(), keeper);
        var host = ActivatorUtilities.CreateInstance<PortalTokens>(connected.Monitor.Get<IServiceProvider>(), table);
        var refusal = await connected.RefusalAsync(host);
        refusal.Failure.ShouldBe(HubSpotFailure.NotConnected);
        refusal.Message.ShouldStartWith("The grant of Acme (4711) cannot be read any more.");
        refusal.Message.ShouldEndWith($"Connect it again at {ConnectedMonitor.Link}");
    }

    [Fact]
    public async Task While_Key_Vault_cannot_be_reached_the_monitor_is_blind_and_says_so()
    {
        await using var connected = await StartAsync();
        var services = connected.Monitor.Get<IServiceProvider>();
        var retry = new SecretClientOptions
        {
            Transport = new HttpClientTransport(new NoRoute()),
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(1) },
            DisableChallengeResourceVerification = true,
        };
        var table = ActivatorUtilities.CreateInstance<GrantTable>(
            services, new KeyVaultSecrets(new SecretClient(new("https://vault.example"), new NoCredential(), retry)));
        var watch = ActivatorUtilities.CreateInstance<UsageWatch>(services, ActivatorUtilities.CreateInstance<PortalTokens>(services, table));
        for (var poll = 0; poll < 2; poll++)
        {
            await watch.PollAsync(connected.Portal, connected.Monitor.Now, Stop);
            connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        }
        var alert = (await connected.Monitor.AlertsAsync()).ShouldHaveSingleItem();
        alert.Finding.Headline.ShouldBe("Monitor is blind: its own secrets are out of reach");
        alert.Finding.Summary.ShouldStartWith("The grant of Acme (4711) cannot be read now. Key Vault does not answer.");
    }

    [Fact]
    public async Task What_cannot_be_kept_is_given_back_and_the_person_is_told_why()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString, isConnected: false);
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>()) { IsAway = true };

        var result = await connected.TryConnectAsync(DeskWith(connected, keeper));

        (result.Outcome, result.Says).ShouldBe((ConnectOutcome.Away, "The keeper is away. What it granted was given back."));
        connected.Monitor.HubSpot.OAuth.Revocations.ShouldBe(1);
        (await connected.Grants.ReadAsync(MonitorUnderTest.Account.Id, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task What_HubSpot_does_not_say_the_account_of_is_given_back()
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Others["token"] = [FakeHubSpot.Reply("""{"access_token":"access-of-4711","refresh_token":"refresh-of-4711","expires_in":1800}""")];
        hubSpot.Others["introspect"] = [FakeHubSpot.Reply("{}", 400)];
        hubSpot.Others["revoke"] = [FakeHubSpot.Reply("{}")];
        await using var connected = await ConnectedMonitor.StartAsync(
            azurite.ConnectionString, isConnected: false, ("HubSpot:BaseUrl", hubSpot.Address.ToString()));

        var result = await connected.TryConnectAsync(connected.Monitor.Get<ConnectDesk>());

        (result.Outcome, result.Says).ShouldBe(
            (ConnectOutcome.Refused, "HubSpot refused /oauth/2026-09/token/introspect (400). What it granted was given back."));
        hubSpot.Asked.Single(asked => asked.Last == "revoke").Body.ShouldContain("token=refresh-of-4711&");
    }

    [Fact]
    public async Task Where_HubSpots_answer_does_not_say_whose_the_token_is_it_is_asked_and_believed()
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Others["token"] = [FakeHubSpot.Reply("""{"access_token":"access-of-4711","refresh_token":"refresh-of-4711","expires_in":1800}""")];
        hubSpot.Others["introspect"] =
        [
            FakeHubSpot.Reply("""{"active":true,"hub_id":4711,"app_id":17,"user_id":876,"scopes":["oauth","crm.export"]}"""),
        ];
        await using var connected = await ConnectedMonitor.StartAsync(
            azurite.ConnectionString, isConnected: false, ("HubSpot:BaseUrl", hubSpot.Address.ToString()));

        var result = await connected.TryConnectAsync(connected.Monitor.Get<ConnectDesk>());

        result.Outcome.ShouldBe(ConnectOutcome.Connected);
        result.Surplus.ShouldBe(["crm.export"]);
        result.Missing.ShouldBe(["account-info.security.read", "settings.users.read"]);
        var grant = await connected.GrantAsync();
        (grant.AppId, grant.UserId, grant.AccessToken).ShouldBe((17, 876, "access-of-4711"));
    }

    [Fact]
    public async Task What_can_neither_be_kept_nor_given_back_is_not_said_to_be_gone()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString, isConnected: false);
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>())
        {
            IsAway = true,
            BeforeKeeping = () => connected.Monitor.HubSpot.OAuth.RefusesApp = true,
        };

        var result = await connected.TryConnectAsync(DeskWith(connected, keeper));

        result.Says!.ShouldStartWith(
            "The keeper is away. What it granted could not be given back (HubSpot refuses Connect:ClientId or Connect:ClientSecret");
        result.Says.ShouldEndWith("and may still open the account. Uninstall the app there, under Settings > Integrations > Connected apps.");
    }

    [Fact]
    public async Task A_page_that_is_closed_while_the_grant_comes_loses_nothing()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString, isConnected: false);
        using var request = new CancellationTokenSource();
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>()) { BeforeKeeping = request.Cancel };
        (await connected.TryConnectAsync(DeskWith(connected, keeper), request: request.Token)).Outcome.ShouldBe(ConnectOutcome.Connected);
        (await connected.TokenAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_connection_anew_that_cannot_be_kept_leaves_the_one_that_was_there()
    {
        await using var connected = await StartAsync();
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>()) { IsAway = true };

        var result = await connected.TryConnectAsync(DeskWith(connected, keeper));

        (result.Outcome, result.Says).ShouldBe((ConnectOutcome.Away, "The keeper is away. A connection that was there stays."));
        connected.Monitor.HubSpot.OAuth.Revocations.ShouldBe(0);
        (await connected.TokenAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Where_nobody_can_say_what_was_there_nothing_is_given_back_and_nothing_is_said_to_stay()
    {
        await using var connected = await StartAsync();
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>()) { IsAway = true, IsShut = true };

        var result = await connected.TryConnectAsync(DeskWith(connected, keeper));

        (result.Outcome, result.Says).ShouldBe((ConnectOutcome.Away, $"The keeper is away. {NotGivenBack}"));
        connected.Monitor.HubSpot.OAuth.Revocations.ShouldBe(0);
    }

    [Fact]
    public async Task Where_nobody_can_say_whether_the_account_chosen_by_mistake_is_connected_nothing_is_given_back()
    {
        await using var connected = await StartAsync();
        await connected.Grants.WriteAsync(await connected.GrantAsync() with { Portal = 4712 }, Stop);
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>()) { IsShut = true };

        var result = await connected.TryConnectAsync(DeskWith(connected, keeper), chosen: 4712);

        (result.Outcome, result.Says).ShouldBe((ConnectOutcome.WrongPortal, $"You chose account 4712. {NotGivenBack}"));
        connected.Monitor.HubSpot.OAuth.Revocations.ShouldBe(0);
    }

    [Fact]
    public async Task What_HubSpot_does_not_say_the_account_of_is_not_given_back_where_a_connection_was_there()
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Others["token"] =
        [
            FakeHubSpot.Reply(
                """{"access_token":"access-of-4711","refresh_token":"refresh-of-4711","expires_in":1800,"hub_id":4711,"scopes":["oauth"]}"""),
            FakeHubSpot.Reply("""{"access_token":"access-of-4711","refresh_token":"refresh-of-4711","expires_in":1800}"""),
        ];
        hubSpot.Others["introspect"] = [FakeHubSpot.Reply("{}", 400)];
        await using var connected = await ConnectedMonitor.StartAsync(
            azurite.ConnectionString, isConnected: true, ("HubSpot:BaseUrl", hubSpot.Address.ToString()));

        var result = await connected.TryConnectAsync(connected.Monitor.Get<ConnectDesk>());

        (result.Outcome, result.Says).ShouldBe((ConnectOutcome.Refused, $"HubSpot refused /oauth/2026-09/token/introspect (400). {NotGivenBack}"));
        hubSpot.Asked.Select(asked => asked.Last).ShouldNotContain("revoke");
    }

    private static (PortalTokens Host, FragileKeeper Keeper) HostWithKeeper(ConnectedMonitor connected)
    {
        var keeper = new FragileKeeper(connected.Monitor.Get<ISecretKeeper>());
        var table = ActivatorUtilities.CreateInstance<GrantTable>(connected.Monitor.Get<IServiceProvider>(), keeper);
        return (ActivatorUtilities.CreateInstance<PortalTokens>(connected.Monitor.Get<IServiceProvider>(), table), keeper);
    }

    private static ConnectDesk DeskWith(ConnectedMonitor connected, ISecretKeeper keeper)
    {
        var services = connected.Monitor.Get<IServiceProvider>();
        return ActivatorUtilities.CreateInstance<ConnectDesk>(services, ActivatorUtilities.CreateInstance<GrantTable>(services, keeper));
    }

    /// <summary>A keeper that can be away when something is to be kept, or when something is to be opened.</summary>
    private sealed class FragileKeeper(ISecretKeeper keeper) : ISecretKeeper
    {
        public bool IsAway { get; set; }

        public bool IsShut { get; init; }

        public Action BeforeKeeping { get; init; } = () => { };

        public Task<string> KeepAsync(string name, string secret, CancellationToken cancellationToken)
        {
            BeforeKeeping();
            return IsAway ? throw new SecretException(isLost: false, "The keeper is away.") : keeper.KeepAsync(name, secret, cancellationToken);
        }

        public Task<string> OpenAsync(string name, string kept, CancellationToken cancellationToken) =>
            IsShut ? throw new SecretException(isLost: false, "The keeper does not open.") : keeper.OpenAsync(name, kept, cancellationToken);
    }

    private sealed class NoRoute : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("No route to host.");
    }

    private Task<ConnectedMonitor> StartAsync() => ConnectedMonitor.StartAsync(azurite.ConnectionString);
}
