using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Tests.Local;

public sealed class HostSettingsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("settings-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_simulated_run_talks_only_to_this_machine_and_reads_no_user_secrets()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "simulated"));
        var options = new LocalOptions(7071, "quiet", 60, _directory, Real: false);
        await using var world = await SimulatedWorld.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        var settings = HostSettings.ForSimulation(new("http://127.0.0.1:7071/"), "store", world, new("http://127.0.0.1:9/"));
        settings["DOTNET_ENVIRONMENT"].ShouldBe("Production");
        settings["HubSpot__BaseUrl"].ShouldBe(world.HubSpot.Address.ToString().TrimEnd('/'));
        settings["Delivery__Email__BaseUrl"].ShouldBe("http://127.0.0.1:9");
        settings["Delivery__Teams__WorkflowUrl"].ShouldNotBeNull().ShouldStartWith("http://127.0.0.1:9/workflows/");
        settings["Clock__Speed"].ShouldBe("60");
        settings["Webhooks__PublicUrl"].ShouldBe("http://127.0.0.1:7071/webhooks/hubspot");
        settings["Webhooks__Secrets__0"].ShouldBe(world.WebhookSecrets[0]);
        settings["Webhooks__Secrets__1"].ShouldBe(world.WebhookSecrets[1]);
        world.WebhookSecrets.ShouldBeUnique();
    }

    [Fact]
    public async Task A_run_that_is_to_be_connected_has_no_token_and_an_app()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "simulated"));
        var options = new LocalOptions(7071, "quiet", 60, _directory, Real: false, Connect: true);
        await using var world = await SimulatedWorld.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        Uri host = new("http://127.0.0.1:7071/");
        var settings = HostSettings.WithOAuth(HostSettings.ForSimulation(host, "store", world, new("http://127.0.0.1:9/")), host, world);
        settings["Portals__0__Token"].ShouldBe("");
        settings["Connect__RedirectUrl"].ShouldBe("http://127.0.0.1:7071/connect/callback");
        settings["Connect__AuthorizeUrl"].ShouldBe(new Uri(world.HubSpot.Address, "oauth/authorize").ToString());
    }

    [Fact]
    public void A_run_with_a_real_account_sets_neither_its_clock_nor_its_portals()
    {
        var settings = HostSettings.ForRealAccount(new("http://127.0.0.1:7071/"), "store", new("http://127.0.0.1:9/"));
        settings["DOTNET_ENVIRONMENT"].ShouldBe("Development");
        settings.Keys.ShouldNotContain(key => key.StartsWith("Clock") || key.StartsWith("Portals") || key.StartsWith("HubSpot"));
    }

    [Fact]
    public void A_bus_reaches_the_host_by_its_environment()
    {
        Dictionary<string, string?> settings = [];
        HostSettings.AddBus(settings, "Endpoint=sb://localhost;SharedAccessKey=secret");
        settings.ShouldBe(new Dictionary<string, string?> { ["Bus__ConnectionString"] = "Endpoint=sb://localhost;SharedAccessKey=secret" });
    }
}
