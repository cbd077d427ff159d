using System.Net;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Tests.Functions;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>
/// From a dead letter of the bus by the page's button to the mail of the person it was for: the host, the bus, the tables and the mail service, all
/// speaking as they do.
/// </summary>
public sealed class BusDeadLetterPageTests(SharedAzurite azurite) : IAsyncLifetime
{
    private readonly ServiceBusLookAlike _azure = new(
        TimeProvider.System, ("email", "channels LIKE '%,email,%'"), ("slack", "channels LIKE '%,slack,%'"));
    private InboxServer _inbox = null!;
    private RunningHost _host = null!;
    private HttpClient _browser = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var parcel = BusUnderTest.Parcel(1, "email");
        using (var bus = new BusUnderTest(new() { ConnectionString = _azure.ConnectionString }))
        {
            // the host lives in real time
            await bus.BuryAsync(_azure, "email", parcel with { Message = parcel.Message with { At = TimeProvider.System.GetUtcNow() } });
        }
        _inbox = await InboxServer.StartAsync(TimeProvider.System, Stop);
        _host = new RunningHost().Telling(azurite, _inbox.Address).With("Bus:ConnectionString", _azure.ConnectionString);
        _browser = _host.Browser();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
        await _inbox.DisposeAsync();
        _azure.Dispose();
    }

    [Fact]
    public async Task The_button_beside_a_dead_letter_sends_it_to_its_reader_once()
    {
        var page = await PageAsync();
        // The page waits four seconds for the bus, and says so when that was too short.
        while (page.Contains("gives no answer", StringComparison.Ordinal)) page = await PageAsync();
        page.ShouldContain("MaxDeliveryCountExceeded");
        var button = page.Split("action=\"")
            .Select(part => part.Split('"')[0])
            .Single(action => action.StartsWith("/pages/dead-letters/bus/", StringComparison.Ordinal));

        using (var pressed = await _browser.PostAsync(new Uri(button, UriKind.Relative), null, Stop))
            pressed.RequestMessage!.RequestUri!.Fragment.ShouldBe("#undelivered");
        using (var again = await _browser.PostAsync(new Uri(button, UriKind.Relative), null, Stop)) again.StatusCode.ShouldBe(HttpStatusCode.OK);

        await BusUnderTest.EventuallyAsync(() => _inbox.Messages.Count > 0 && _azure["email"].Count == 0);
        var mail = _inbox.Messages.ShouldHaveSingleItem();
        mail.Kind.ShouldBe(InboxKind.Mail);
        mail.Title.ShouldStartWith("[High] API calls 6.9x normal - Acme (123) - since");
        _azure["email"].DeadLetters!.Count.ShouldBe(0);
        (await PageAsync()).ShouldNotContain("/pages/dead-letters/bus/");
    }

    private Task<string> PageAsync() => _browser.GetStringAsync(new Uri("/pages/events", UriKind.Relative), Stop);
}
