using System.Net;
using HubSpotMonitor.Connect;
using HubSpotMonitor.Store.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>From the click to the stored grant, through the real host.</summary>
public sealed class ConnectFlowTests(ConnectingHost host) : IClassFixture<ConnectingHost>, IDisposable
{
    private readonly HttpClient _browser = host.NewBrowser();

    private GrantTable Grants => host.Services.GetRequiredService<GrantTable>();

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task Whoever_agrees_has_connected_the_account()
    {
        var address = await ConnectingHost.BeginAsync(_browser);
        address.GetLeftPart(UriPartial.Path).ShouldBe(new Uri(host.HubSpot.Address, "oauth/authorize").ToString());
        Person.Parameter(address, "scope").ShouldBe("oauth account-info.security.read settings.users.read");
        Person.Parameter(address, "redirect_uri").ShouldBe("http://127.0.0.1:7071/connect/callback");
        Person.Parameter(address, "code_challenge_method").ShouldBe("S256");

        var (status, html) = await ConnectingHost.FinishAsync(_browser, await Person.AnswerAsync(address, ConnectingHost.Acme));

        status.ShouldBe(HttpStatusCode.OK);
        html.ShouldContain("Acme (4711) is connected");
        html.ShouldContain("account-info.security.read");
        html.ShouldNotContain("More than needed");
        var grant = (await Grants.ReadAsync(ConnectingHost.Acme, TestContext.Current.CancellationToken))!.Grant;
        (grant.ConnectedAt, grant.ExpiresAt).ShouldBe((host.Clock.GetUtcNow(), host.Clock.GetUtcNow().AddMinutes(30)));
        grant.Scopes.ShouldBe(["oauth", "account-info.security.read", "settings.users.read"]);
    }

    [Fact]
    public async Task What_was_granted_beyond_need_is_named()
    {
        host.HubSpot.OAuth.ExtraScopes = ["crm.export"];
        var (_, html) = await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme));
        host.HubSpot.OAuth.ExtraScopes = [];
        html.ShouldContain("More than needed");
        html.ShouldContain("crm.export");
    }

    [Fact]
    public async Task Whoever_declines_is_told_so_and_nothing_changes()
    {
        var (status, html) = await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme, agrees: false));
        status.ShouldBe(HttpStatusCode.OK);
        html.ShouldContain("was not connected");
    }

    [Fact]
    public async Task Another_account_is_refused_and_its_grant_given_back()
    {
        var before = host.HubSpot.OAuth.Revocations;
        var (status, html) = await ConnectingHost.FinishAsync(_browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), 4713));
        status.ShouldBe(HttpStatusCode.Conflict);
        html.ShouldContain("You chose account 4713. What it granted was given back.");
        (await Grants.ReadAsync(4713, TestContext.Current.CancellationToken)).ShouldBeNull();
        host.HubSpot.OAuth.Revocations.ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_account_that_is_connected_too_loses_nothing_when_it_is_chosen_by_mistake()
    {
        await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser, ConnectingHost.Globex), ConnectingHost.Globex));
        var before = host.HubSpot.OAuth.Revocations;
        var (status, html) = await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Globex));
        status.ShouldBe(HttpStatusCode.Conflict);
        html.ShouldContain("You chose account 4712. A connection that was there stays.");
        host.HubSpot.OAuth.Revocations.ShouldBe(before);
    }

    [Theory]
    [InlineData(599, ConnectOutcome.Connected)]
    [InlineData(600, ConnectOutcome.StateUnknown)]
    public async Task After_ten_minutes_an_attempt_is_over(int seconds, ConnectOutcome outcome)
    {
        var desk = host.Services.GetRequiredService<ConnectDesk>();
        var start = (await desk.BeginAsync(ConnectingHost.Acme, Samples.Noon, TestContext.Current.CancellationToken))!;
        var back = await Person.AnswerAsync(start.Address, ConnectingHost.Acme);
        var brought = new ConnectReturn(Person.Parameter(back, "state"), Person.Parameter(back, "code"), false, start.Browser);
        (await desk.FinishAsync(brought, Samples.Noon.AddSeconds(seconds), host.Clock.GetUtcNow(), TestContext.Current.CancellationToken)).Outcome
            .ShouldBe(outcome);
    }

    [Fact]
    public async Task Attempts_that_ran_out_are_pruned_and_others_are_not()
    {
        var desk = host.Services.GetRequiredService<ConnectDesk>();
        // What other tests left on the host they share.
        await host.Services.GetRequiredService<Retention>().PruneSharedAsync(host.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        await desk.BeginAsync(ConnectingHost.Acme, TimeProvider.System.GetUtcNow().AddDays(-1), TestContext.Current.CancellationToken);
        var running = await ConnectingHost.BeginAsync(_browser);
        var before = await host.CountAsync("ConnectStates");
        await host.Services.GetRequiredService<Retention>().PruneSharedAsync(host.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        (await host.CountAsync("ConnectStates")).ShouldBe(before - 1);
        (await ConnectingHost.FinishAsync(_browser, await Person.AnswerAsync(running, ConnectingHost.Acme))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_page_does_not_ask_for_itself_again()
    {
        var (_, html) = await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme));
        html.ShouldNotContain("refresh");
        html.ShouldNotContain("href=\"/connect");
    }

    [Fact]
    public async Task A_client_secret_that_HubSpot_refuses_is_named_by_its_setting()
    {
        host.HubSpot.OAuth.RefusesApp = true;
        var (status, html) = await ConnectingHost.FinishAsync(
            _browser, await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme));
        host.HubSpot.OAuth.RefusesApp = false;
        status.ShouldBe(HttpStatusCode.BadGateway);
        html.ShouldContain("HubSpot refuses Connect:ClientId or Connect:ClientSecret");
    }

    [Fact]
    public async Task No_secret_is_in_a_log_a_page_or_a_table()
    {
        var back = await host.ConnectAsync();
        var grant = (await Grants.ReadAsync(ConnectingHost.Acme, TestContext.Current.CancellationToken))!.Grant;
        string[] secrets =
            [grant.AccessToken, grant.RefreshToken, ConnectingHost.ClientSecret, Person.Parameter(back, "code")!, Person.Parameter(back, "state")!];
        secrets.ShouldAllBe(secret => secret.Length > 20);

        var page = await _browser.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var (rows, ring) = (await host.RawAsync("Grants"), await host.RawAsync("DataProtectionKeys"));
        rows.ShouldContain("\"portal\":4711");
        ring.ShouldContain("<key id=");
        var texts = host.Logs.Lines.Append(page).Append(rows).Append(ring).Append(await host.RawAsync("ConnectStates")).Append(grant.ToString());
        foreach (var text in texts)
            secrets.ShouldAllBe(secret => !text.Contains(secret));
    }
}
