using System.Globalization;
using System.Net;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Functions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>The host as a process of its own, killed with no warning while webhooks come in.</summary>
public sealed class WebhookCrashTests
{
    private const int Kills = 30;
    private const int MostMillisecondsToLive = 400;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_is_killed_thirty_times_under_load_keeps_every_acknowledged_event_whole_and_once()
    {
        var began = TimeProvider.System.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        await using var store = await AzuriteServer.StartAsync(null, Console.WriteLine, Stop);
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        using var load = new WebhookLoad(address);
        var sending = load.SendAsync(limit.Token);

        await KillOverAndOverAsync(load, Settings(store, address), limit.Token);
        await using (new MortalHost(Settings(store, address)))
        {
            await load.BeginNoMoreAsync();
            await sending;
        }

        load.Answers.ShouldAllBe(
            answer => answer.Status == null || answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.ServiceUnavailable);
        load.Answers.ShouldContain(answer => answer.WasCut);
        var events = await load.CheckAsync(
            new EventTable(new Tables(Options.Create(new StoreOptions { ConnectionString = store.ConnectionString }))));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Kills} kills, {load.Answers.Count} requests, {load.Answers.Count(answer => answer.WasCut)} cut in the middle, {load.Acknowledged} acknowledged, {events} events stored, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
    }

    private static async Task KillOverAndOverAsync(WebhookLoad load, Dictionary<string, string> settings, CancellationToken limit)
    {
        var moments = new Random(20_261_124);
        for (var kills = 0; kills < Kills; kills++)
        {
            await using var host = new MortalHost(settings);
            for (var before = load.Acknowledged; load.Acknowledged == before;)
            {
                host.ThrowIfEnded();
                await Task.Delay(5, limit);
            }
            await Task.Delay(moments.Next(MostMillisecondsToLive), limit);
            host.ThrowIfEnded();
        }
    }

    private static Dictionary<string, string> Settings(AzuriteServer store, Uri address)
    {
        var settings = PublishedHost.BrokenSettings().ToDictionary(setting => setting.Key, setting => setting.Value!);
        settings["DOTNET_ENVIRONMENT"] = settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        settings["ASPNETCORE_URLS"] = address.ToString().TrimEnd('/');
        settings["Store__ConnectionString"] = store.ConnectionString;
        settings["Portals__0__Id"] = ReceivingHost.Acme.ToString(CultureInfo.InvariantCulture);
        settings["Portals__1__Id"] = ReceivingHost.Globex.ToString(CultureInfo.InvariantCulture);
        settings["Portals__1__Name"] = "Globex";
        settings["Portals__1__Token"] = "pat-na1-x";
        settings["Webhooks__PublicUrl"] = Signed.Url;
        settings["Webhooks__Secrets__0"] = Signed.Secret;
        return settings;
    }
}
