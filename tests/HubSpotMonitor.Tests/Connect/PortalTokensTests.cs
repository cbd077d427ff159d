using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>An access token for every call, whoever renews it, and a plain word when there is none.</summary>
public sealed class PortalTokensTests(SharedAzurite azurite)
{
    private static readonly TimeSpan AlmostDue = TimeSpan.FromMinutes(24) - TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_of_the_settings_is_used_as_it_is_also_beside_a_grant()
    {
        await using var connected = await StartAsync();
        var options = new PortalOptions { Id = connected.Portal.Id, Token = "pat-na1-static" };
        (await connected.Monitor.Get<PortalTokens>().OfAsync(options, connected.Monitor.Now, Stop)).ShouldBe("pat-na1-static");
    }

    [Fact]
    public async Task An_access_token_is_used_for_four_fifths_of_its_life_and_then_renewed()
    {
        await using var connected = await StartAsync();
        var first = await connected.TokenAsync();
        connected.Monitor.Clock.Advance(AlmostDue);
        (await connected.TokenAsync()).ShouldBe(first);
        connected.Monitor.HubSpot.OAuth.Refreshes.ShouldBe(0);
        connected.Monitor.Clock.Advance(TimeSpan.FromSeconds(1));
        (await connected.TokenAsync()).ShouldNotBe(first);
        connected.Monitor.HubSpot.OAuth.Refreshes.ShouldBe(1);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(45)]
    public async Task However_many_ask_at_once_in_two_hosts_it_is_renewed_once(int minutes)
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = 1; // a second renewal with the old one would be refused
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(minutes));
        PortalTokens[] hosts = [connected.NewHost(), connected.NewHost()];
        var before = (await connected.GrantAsync()).AccessToken;
        var tokens = await Task.WhenAll(Enumerable.Range(0, 40).Select(caller => connected.TokenAsync(hosts[caller % 2])));
        connected.Monitor.HubSpot.OAuth.Refreshes.ShouldBe(1);
        // Who comes while another host renews it goes on with the old one, as long as it lives.
        var after = (await connected.GrantAsync()).AccessToken;
        tokens.Distinct().ShouldBeSubsetOf(minutes < 30 ? [before, after] : [after]);
        after.ShouldNotBe(before);
    }

    [Fact]
    public async Task While_one_host_renews_another_goes_on_with_the_old_token_and_sends_nothing()
    {
        await using var connected = await StartAsync();
        var before = await connected.TokenAsync();
        var slow = await SlowRenewal.BeginAsync(connected);
        (await connected.TokenAsync(connected.NewHost())).ShouldBe(before);
        slow.Answered.SetResult();
        (await slow.Token).ShouldNotBe(before);
        slow.Renewals.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(240_000)]
    public async Task A_host_whose_clock_is_behind_leaves_a_renewal_to_the_one_that_makes_it(int milliseconds)
    {
        await using var connected = await StartAsync();
        var before = await connected.TokenAsync();
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(4));
        var slow = await SlowRenewal.BeginAsync(connected);
        (await connected.NewHost().OfAsync(connected.Portal, connected.Monitor.Now.AddMilliseconds(-milliseconds), Stop)).ShouldBe(before);
        slow.Answered.SetResult();
        (await slow.Token).ShouldNotBe(before);
        slow.Renewals.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_refresh_token_is_kept_whichever_host_it_came_to()
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = 1;
        PortalTokens[] hosts = [connected.NewHost(), connected.NewHost()];
        for (var renewal = 0; renewal < 10; renewal++)
        {
            var before = (await connected.GrantAsync()).RefreshToken;
            connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
            var token = await connected.TokenAsync(hosts[renewal % 2]);
            var grant = await connected.GrantAsync();
            (grant.AccessToken, grant.RefreshToken == before, grant.ClaimedUntil).ShouldBe((token, false, null));
        }
    }

    [Fact]
    public async Task An_account_that_is_not_connected_makes_the_monitor_blind_and_says_where_to_connect_it()
    {
        await using var connected = await StartAsync(isConnected: false);
        await connected.Monitor.LiveAsync(TimeSpan.FromMinutes(10));
        var alert = (await connected.Monitor.AlertsAsync()).ShouldHaveSingleItem();
        alert.Finding.Rule.ShouldBe("monitor-blind");
        alert.Finding.Summary.ShouldContain($"Acme (4711) is not connected yet. Connect it at {ConnectedMonitor.Link}");
        alert.Finding.Headline.ShouldBe("Monitor is blind: the account is not connected");
        // Whoever sets a token in its place would switch OAuth off.
        foreach (var told in alert.Finding.Steps.Append(alert.Finding.LikelyCause)) told!.ShouldNotContain("token", Case.Insensitive);
        await connected.ConnectAsync();
        await connected.Monitor.LiveAsync(TimeSpan.FromMinutes(5));
        (await connected.Monitor.AlertsAsync()).ShouldHaveSingleItem().State.ShouldBe(AlertState.Resolved);
    }

    [Fact]
    public async Task A_connected_account_is_watched_hour_after_hour()
    {
        await using var connected = await StartAsync();
        await connected.Monitor.LiveAsync(TimeSpan.FromHours(3));
        (await connected.Monitor.AlertsAsync()).ShouldBeEmpty();
        (await connected.Monitor.ReadingsAsync(Metric.UsageReported)).Count.ShouldBeGreaterThan(30);
        connected.Monitor.HubSpot.OAuth.Refreshes.ShouldBeInRange(6, 8);
    }

    [Fact]
    public async Task Every_night_HubSpot_is_asked_what_the_grant_may_do()
    {
        await using var connected = await StartAsync();
        await connected.Monitor.Pipeline.InspectGrantsAsync(connected.Monitor.Now, Stop);
        var grant = await connected.GrantAsync();
        (grant.InspectedAt, grant.AppId, grant.UserId).ShouldBe((connected.Monitor.Now, 4_042_017, 876));
        connected.Monitor.HubSpot.OAuth.Uninstall(MonitorUnderTest.Account.Id);
        await connected.Monitor.Pipeline.InspectGrantsAsync(connected.Monitor.Now, Stop);
        (await connected.GrantAsync()).IsEnded.ShouldBeTrue();
    }

    [Fact]
    public async Task The_audit_of_access_knows_what_the_monitors_own_grant_may_do()
    {
        await using var connected = await StartAsync();
        var snapshot = await connected.Monitor.Get<ActivityWatch>()
            .AuditAsync(connected.Portal, await connected.TokenAsync(), connected.Monitor.Now, Stop);
        var own = snapshot.Own.ShouldNotBeNull();
        (own.Kind, own.AppId, own.UserId, own.IsActive).ShouldBe((CredentialKind.OAuthGrant, 4_042_017, 876, true));
        own.Scopes.ShouldBe(["oauth", "account-info.security.read", "settings.users.read"]);
        own.Fingerprint.Length.ShouldBe(5);
    }

    [Fact]
    public async Task No_renewal_writes_a_secret_into_a_log_or_an_alert()
    {
        await using var connected = await StartAsync();
        List<string> secrets = [ConnectingHost.ClientSecret];
        for (var renewal = 0; renewal < 4; renewal++)
        {
            var grant = await connected.GrantAsync();
            secrets.AddRange([grant.AccessToken, grant.RefreshToken]);
            await connected.Monitor.LiveAsync(TimeSpan.FromMinutes(30));
        }
        await connected.Monitor.Pipeline.InspectGrantsAsync(connected.Monitor.Now, Stop);
        connected.Monitor.HubSpot.OAuth.Uninstall(MonitorUnderTest.Account.Id);
        await connected.Monitor.LiveAsync(TimeSpan.FromMinutes(40));
        connected.Monitor.Logs.Lines.ShouldContain(line => line.Contains("HubSpot has ended the grant of portal 4711", StringComparison.Ordinal));
        foreach (var text in connected.Monitor.Logs.Lines.Concat(connected.Monitor.Inbox.Messages.Select(message => message.ToString()!)))
            secrets.ShouldAllBe(secret => !text.Contains(secret));
    }

    [Fact]
    public async Task A_renewal_is_another_hosts_to_make_only_once_the_call_must_be_over()
    {
        await using var connected = await StartAsync();
        connected.Monitor.HubSpot.OAuth.NewRefreshTokenEvery = 0;
        var before = await connected.TokenAsync();
        var slow = await SlowRenewal.BeginAsync(connected);

        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(4.5) - TimeSpan.FromSeconds(1));
        (await connected.TokenAsync(connected.NewHost())).ShouldBe(before);
        slow.Renewals.ShouldBe(1);

        connected.Monitor.Clock.Advance(TimeSpan.FromSeconds(1));
        var renewed = await connected.TokenAsync(connected.NewHost());
        renewed.ShouldNotBe(before);
        slow.Renewals.ShouldBe(2);

        // The slow answer comes after all: whoever renewed it since knows better.
        slow.Answered.SetResult();
        (await slow.Token).ShouldBe(renewed);
        (await connected.GrantAsync()).AccessToken.ShouldBe(renewed);
    }

    [Fact]
    public async Task Somebody_who_connects_anew_during_a_renewal_wins()
    {
        await using var connected = await StartAsync();
        var slow = await SlowRenewal.BeginAsync(connected);
        await connected.ConnectAsync();
        var anew = (await connected.GrantAsync()).AccessToken;
        slow.Answered.SetResult();
        (await slow.Token).ShouldBe(anew);
        (await connected.GrantAsync()).AccessToken.ShouldBe(anew);
    }

    [Fact]
    public async Task A_renewal_that_failed_is_tried_again_after_a_minute_and_not_at_every_call()
    {
        await using var connected = await StartAsync();
        var (before, tries) = (await connected.TokenAsync(), 0);
        connected.Monitor.HubSpot.OAuth.RefusesApp = true; // refused at once, and so not asked again by itself
        connected.Monitor.HubSpot.OAuth.BeforeRenewal = () =>
        {
            Interlocked.Increment(ref tries);
            return Task.CompletedTask;
        };
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(24));
        (await connected.TokenAsync()).ShouldBe(before);
        connected.Monitor.Clock.Advance(TimeSpan.FromSeconds(59));
        (await connected.TokenAsync()).ShouldBe(before);
        tries.ShouldBe(1);

        connected.Monitor.HubSpot.OAuth.RefusesApp = false;
        connected.Monitor.Clock.Advance(TimeSpan.FromSeconds(1));
        (await connected.TokenAsync()).ShouldNotBe(before);
        tries.ShouldBe(2);
    }

    private Task<ConnectedMonitor> StartAsync(bool isConnected = true) => ConnectedMonitor.StartAsync(azurite.ConnectionString, isConnected);

    /// <summary>One host's renewal, which HubSpot answers only when it is told to; those after it at once.</summary>
    private sealed class SlowRenewal
    {
        private int _renewals;

        public TaskCompletionSource Answered { get; } = new();

        public int Renewals => _renewals;

        public Task<string> Token { get; private set; } = Task.FromResult("");

        public static async Task<SlowRenewal> BeginAsync(ConnectedMonitor connected)
        {
            var asked = new TaskCompletionSource();
            var slow = new SlowRenewal();
            connected.Monitor.HubSpot.OAuth.BeforeRenewal = () =>
            {
                asked.TrySetResult();
                return Interlocked.Increment(ref slow._renewals) == 1 ? slow.Answered.Task : Task.CompletedTask;
            };
            connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(24));
            slow.Token = connected.TokenAsync(connected.NewHost());
            await asked.Task.WaitAsync(Stop);
            return slow;
        }
    }
}
