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
        var settings = HostSettings.ForSimulation(host, "store", world, new("http://127.0.0.1:9/"));
        HostSettings.AddOAuth(settings, host, world);
        settings["Portals__0__Token"].ShouldBe("");
        settings["Connect__RedirectUrl"].ShouldBe("http://127.0.0.1:7071/connect/callback");
        settings["Connect__AuthorizeUrl"].ShouldBe(new Uri(world.HubSpot.Address, "oauth/authorize").ToString());
    }

    [Fact]
    public void A_run_with_a_real_account_sets_neither_its_clock_nor_its_portals()
    {
        var settings = HostSettings.ForRealAccount(HostPlace.Of(port: null, urls: null), "store", new("http://127.0.0.1:9/"));
        settings["DOTNET_ENVIRONMENT"].ShouldBe("Development");
        settings["ASPNETCORE_URLS"].ShouldBe("http://127.0.0.1:7071");
        settings.Keys.ShouldNotContain(key => key.StartsWith("Clock") || key.StartsWith("Portals") || key.StartsWith("HubSpot"));
    }

    [Fact]
    public void A_run_with_a_real_account_listens_where_it_was_told_to() =>
        HostSettings.ForRealAccount(HostPlace.Of(port: null, "http://0.0.0.0:7072"), "store", new("http://127.0.0.1:9/"))["ASPNETCORE_URLS"]
            .ShouldBe("http://0.0.0.0:7072");

    // A password would keep out what sends the account's past, and telemetry would tell of thefts that never were.
    [Fact]
    public void A_simulated_run_takes_up_no_setting_of_a_real_monitor()
    {
        string[] ofOthers = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobs", "ServiceBusConnection"];
        string[] own = ["ASPNETCORE_URLS"]; // which is set anew

        SettingsTests.SampleKeys()
            .Except(own)
            .Where(key => !ofOthers.Any(other => key.StartsWith(other, StringComparison.Ordinal)) && !HostSettings.IsOfHost(key))
            .ShouldBeEmpty();
        foreach (var unlisted in (string[])["AllowedHosts", "Kestrel__Endpoints__Https__Url", "OTEL_TRACES_SAMPLER", "signin:password"])
            HostSettings.IsOfHost(unlisted).ShouldBeTrue(unlisted);
        HostSettings.IsOfHost("PATH").ShouldBeFalse();
    }

    [Fact]
    public void A_bus_reaches_the_host_by_its_environment()
    {
        Dictionary<string, string?> settings = [];
        HostSettings.AddBus(settings, "Endpoint=sb://localhost;SharedAccessKey=secret");
        settings.ShouldBe(new Dictionary<string, string?> { ["Bus__ConnectionString"] = "Endpoint=sb://localhost;SharedAccessKey=secret" });
    }
}
