using System.Net;
using HubSpotMonitor.Connect;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>What others may try while an account is being connected: replays, forged answers, codes of their own, other ways out.</summary>
public sealed class ConnectAttackTests(ConnectingHost host, SharedAzurite azurite) : IClassFixture<ConnectingHost>, IDisposable
{
    private readonly HttpClient _browser = host.NewBrowser();

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task An_attempt_can_be_finished_once()
    {
        var back = await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme);
        await ConnectingHost.FinishAsync(_browser, back);
        var (status, html) = await ConnectingHost.FinishAsync(_browser, back);
        status.ShouldBe(HttpStatusCode.BadRequest);
        html.ShouldContain("This attempt is unknown");
    }

    [Fact]
    public async Task Of_twenty_answers_to_one_attempt_one_is_taken()
    {
        var desk = host.Services.GetRequiredService<ConnectDesk>();
        var start = (await desk.BeginAsync(ConnectingHost.Acme, Samples.Noon, TestContext.Current.CancellationToken))!;
        var back = await Person.AnswerAsync(start.Address, ConnectingHost.Acme);
        var brought = new ConnectReturn(Person.Parameter(back, "state"), Person.Parameter(back, "code"), false, start.Browser);
        var results = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => desk.FinishAsync(brought, Samples.Noon, host.Clock.GetUtcNow(), TestContext.Current.CancellationToken)));
        results.Count(result => result.Outcome == ConnectOutcome.Connected).ShouldBe(1);
        results.Count(result => result.Outcome == ConnectOutcome.StateUnknown).ShouldBe(19);
    }

    [Fact]
    public async Task An_answer_in_another_browser_is_refused_and_uses_the_attempt_up()
    {
        var back = await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme);
        using var other = host.NewBrowser();
        await ConnectingHost.BeginAsync(other); // it has a cookie, but of its own attempt
        var (status, html) = await ConnectingHost.FinishAsync(other, back);
        status.ShouldBe(HttpStatusCode.BadRequest);
        html.ShouldContain("This browser did not begin here. Open http://127.0.0.1:7071/connect?portal=4711 ");
        (await ConnectingHost.FinishAsync(_browser, back)).Html.ShouldContain("This attempt is unknown");
    }

    [Fact]
    public async Task A_code_of_somebody_elses_attempt_is_worth_nothing_here()
    {
        using var thief = host.NewBrowser();
        var caught = Person.Parameter(await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme), "code");
        var state = Person.Parameter(await ConnectingHost.BeginAsync(thief), "state");
        var (status, html) = await ConnectingHost.FinishAsync(thief, new Uri(host.Address, $"connect/callback?code={caught}&state={state}"));
        status.ShouldBe(HttpStatusCode.BadGateway); // PKCE: the code was made for another verifier
        html.ShouldContain("HubSpot refuses the grant");
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_spoils_no_attempt()
    {
        var back = await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme);
        await ConnectingHost.FinishAsync(_browser, new Uri(host.Address, "connect/callback?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=x"));
        (await ConnectingHost.FinishAsync(_browser, back)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?state=&code=x")]
    [InlineData("?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=x")]
    [InlineData("?error=access_denied&error_description=<script>alert(1)</script>")]
    [InlineData("?state='or'1'eq'1&code=<script>")]
    public async Task An_answer_that_nobody_asked_for_is_refused_and_not_repeated(string query)
    {
        var (status, html) = await ConnectingHost.FinishAsync(_browser, new Uri(host.Address, $"connect/callback{query}"));
        status.ShouldBe(HttpStatusCode.BadRequest);
        html.ShouldNotContain("alert(1)");
    }

    [Fact]
    public async Task A_parameter_that_is_given_twice_is_none()
    {
        var back = await Person.AnswerAsync(await ConnectingHost.BeginAsync(_browser), ConnectingHost.Acme);
        (await ConnectingHost.FinishAsync(_browser, new Uri($"{back}&state=other"))).Html.ShouldContain("This attempt is unknown");
        (await ConnectingHost.FinishAsync(_browser, new Uri($"{back}&code=other"))).Html.ShouldContain("HubSpot sent no code.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?portal=")]
    [InlineData("?portal=4713")]
    [InlineData("?portal=-4711")]
    [InlineData("?portal=4711&portal=4712")]
    public async Task Only_accounts_of_the_settings_can_be_connected(string query)
    {
        using var answer = await _browser.GetAsync(new Uri($"/connect{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.Location.ShouldBeNull();
    }

    [Theory]
    [InlineData("redirect_uri")]
    [InlineData("returnUrl")]
    [InlineData("next")]
    public async Task No_request_decides_where_the_browser_is_sent(string parameter)
    {
        using var answer = await _browser.GetAsync(
            new Uri($"/connect?portal=4711&{parameter}=https://evil.example/", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.Headers.Location!.AbsoluteUri.ShouldStartWith(host.HubSpot.Address.AbsoluteUri);
        answer.Headers.Location.AbsoluteUri.ShouldNotContain("evil");
    }

    [Fact]
    public async Task The_cookie_is_for_the_callback_alone_and_no_script_reads_it()
    {
        using var answer = await _browser.GetAsync(new Uri("/connect?portal=4711", UriKind.Relative), TestContext.Current.CancellationToken);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("path=/connect/callback");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldNotContain("secure"); // the public address is http on this machine
        answer.Headers.GetValues("Cache-Control").ShouldBe(["no-store"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
    }

    [Fact]
    public async Task At_a_public_address_the_cookie_travels_encrypted_only()
    {
        const string Password = "correct-horse-battery";
        await using var deployed = new ConnectingHost(azurite);
        await deployed.InitializeAsync();
        deployed.With("Connect:RedirectUrl", "https://monitor.example.com/connect/callback").With("SignIn:Password", Password);
        using var visitor = deployed.NewBrowser();
        using var form = new FormUrlEncodedContent([new("name", "Ada"), new("password", Password)]);
        using var entered = await visitor.PostAsync(new Uri("/sign-in", UriKind.Relative), form, TestContext.Current.CancellationToken);
        using var answer = await visitor.GetAsync(new Uri("/connect?portal=4711", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.Headers.GetValues("Set-Cookie").Single().ShouldContain("secure");
    }
}
