using System.Net;
using HubSpotMonitor.Functions.SignIn;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests.Functions.SignIn;

public sealed class MachineSignInTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Whoever_sits_at_the_machine_may_all_and_the_page_says_so()
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri("/pages/nothing", UriKind.Relative), TestContext.Current.CancellationToken);

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("On this machine · responder");
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public async Task What_something_passes_on_for_others_is_not_from_this_machine(string header)
    {
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.TryAddWithoutValidation(header, "1.1 proxy");

        (await browser.GetAsync(new Uri("/api/portals", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.7", false)]
    public void Only_the_loopback_is_this_machine(string peer, bool isHere)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);

        (KnownPerson.AtThisMachine(context) is not null).ShouldBe(isHere);
    }

    [Fact]
    public void The_platforms_headers_make_nobody_known_here()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        context.Request.Headers["X-MS-CLIENT-PRINCIPAL"] = RunningCustomHandler.Principal("responder");

        KnownPerson.AtThisMachine(context).ShouldBeNull();
    }
}
