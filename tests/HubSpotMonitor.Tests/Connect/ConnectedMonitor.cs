using HubSpotMonitor.Connect;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>A monitor whose account has no token, and is connected where a test wants it.</summary>
internal sealed class ConnectedMonitor(MonitorUnderTest monitor) : IAsyncDisposable
{
    public const string Link = "http://127.0.0.1:7071/connect?portal=4711";

    public MonitorUnderTest Monitor => monitor;

    public PortalOptions Portal => monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0];

    public GrantTable Grants => monitor.Get<GrantTable>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ConnectedMonitor> StartAsync(
        string connectionString, bool isConnected = true, params (string Key, string Value)[] settings)
    {
        var monitor = await MonitorUnderTest.StartAsync(connectionString, "quiet", Samples.Noon,
        [
            ("Portals:0:Token", ""),
            ("Connect:ClientId", "c1e47000"),
            ("Connect:ClientSecret", ConnectingHost.ClientSecret),
            ("Connect:RedirectUrl", "http://127.0.0.1:7071/connect/callback"),
            .. settings,
        ]);
        var connected = new ConnectedMonitor(monitor);
        if (isConnected) await connected.ConnectAsync();
        return connected;
    }

    public async Task ConnectAsync() => (await TryConnectAsync(monitor.Get<ConnectDesk>())).Outcome.ShouldBe(ConnectOutcome.Connected);

    /// <param name="desk">Where.</param>
    /// <param name="chosen">The account that the person chooses; null: the right one.</param>
    /// <param name="request">Ends when the browser no longer waits.</param>
    public async Task<ConnectResult> TryConnectAsync(ConnectDesk desk, long? chosen = null, CancellationToken? request = null)
    {
        ArgumentNullException.ThrowIfNull(desk);
        var start = (await desk.BeginAsync(MonitorUnderTest.Account.Id, monitor.Now, Stop))!;
        var back = await Person.AnswerAsync(
            new Uri(monitor.HubSpotAddress, $"oauth/authorize{start.Address.Query}"), chosen ?? MonitorUnderTest.Account.Id);
        return await desk.FinishAsync(
            new(Person.Parameter(back, "state"), Person.Parameter(back, "code"), false, start.Browser), monitor.Now, monitor.Now, request ?? Stop);
    }

    /// <summary>As another host would have it: the store is shared, nothing else.</summary>
    public PortalTokens NewHost() => ActivatorUtilities.CreateInstance<PortalTokens>(monitor.Get<IServiceProvider>());

    public Task<string> TokenAsync(PortalTokens? host = null) => (host ?? monitor.Get<PortalTokens>()).OfAsync(Portal, monitor.Now, Stop);

    public async Task<HubSpotException> RefusalAsync(PortalTokens? host = null) => await Should.ThrowAsync<HubSpotException>(TokenAsync(host));

    public async Task<Grant> GrantAsync() => (await Grants.ReadAsync(MonitorUnderTest.Account.Id, Stop))!.Grant;

    public ValueTask DisposeAsync() => monitor.DisposeAsync();
}
