using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Xml.Linq;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Plays the Functions host against the published function app.</summary>
public sealed class PublishedHostTests(PublishedHost host) : IClassFixture<PublishedHost>
{
    [Fact]
    public void The_publish_folder_is_a_function_app()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(host.AppDirectory, "host.json")));
        var executable = settings.RootElement.GetProperty("customHandler")
            .GetProperty("description")
            .GetProperty("defaultExecutablePath")
            .GetString()!;

        Path.Combine(host.AppDirectory, executable).ShouldBe(host.Executable);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(host.Executable).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        Directory.GetFiles(host.AppDirectory, "function.json", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(host.AppDirectory, path))
            .Order()
            .ShouldBe(
            [
                "ActOnAlert/function.json", "Api/function.json", "Assets/function.json", "AuditAccess/function.json", "CheckHealth/function.json",
                "ConnectAccount/function.json", "DeliverEmail/function.json", "DeliverSlack/function.json", "DeliverSmtp/function.json",
                "DeliverTeams/function.json", "DeliverWebhook/function.json", "DescribeApi/function.json", "FinishConnect/function.json",
                "Home/function.json", "InspectGrants/function.json", "Page/function.json", "PollActivity/function.json", "PollPortal/function.json",
                "PollUsage/function.json", "PruneTables/function.json", "ReceiveWebhook/function.json", "SendDigest/function.json",
                "SweepAlerts/function.json", "TrainModels/function.json", "WatchEvents/function.json",
            ]);
        host.LockFileIsUnchanged.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_timer_call_is_answered_in_a_way_the_host_understands()
    {
        var client = await host.WorkingAsync();
        string[] timers =
            ["PollUsage", "PollActivity", "AuditAccess", "TrainModels", "SweepAlerts", "WatchEvents", "PruneTables", "InspectGrants", "SendDigest"];
        foreach (var body in HostCalls.All)
        {
            foreach (var function in timers)
            {
                await ShouldAnswerAsync(
                    await client.SendAsync(HostCalls.Timer(function, body.Data), TestContext.Current.CancellationToken), succeeds: true);
            }
        }
    }

    [Fact]
    public async Task A_run_that_fails_is_answered_with_500_and_the_next_call_is_served()
    {
        var client = await host.BrokenAsync();

        await ShouldAnswerAsync(
            await client.SendAsync(HostCalls.Timer("PollUsage", HostCalls.OnTime), TestContext.Current.CancellationToken), succeeds: false);
        await ShouldAnswerAsync(
            await client.SendAsync(HostCalls.Timer("PollUsage", HostCalls.Retried), TestContext.Current.CancellationToken), succeeds: false);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-Host", "monitor.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Azure-Functions-InvocationId", null)]
    public async Task A_forged_call_is_refused(string header, string? value)
    {
        var client = await host.BrokenAsync();
        using var request = HostCalls.Timer("PollUsage", HostCalls.OnTime);
        request.Headers.Remove(header);
        if (value is not null)
            request.Headers.Add(header, value);

        (await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_page_that_the_host_passes_on_is_built()
    {
        var client = await host.BrokenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("X-Azure-Functions-InvocationId", "5c5b1b0e-7b0c-4f0a-9a52-2d1d2a3b4c5d");
        request.Headers.Add("X-Forwarded-Host", "monitor.example");
        request.Headers.Add("X-MS-CLIENT-PRINCIPAL", RunningCustomHandler.Principal("reader"));

        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("The store does not answer");
    }

    [Theory]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "none", "Cannot start: FUNCTIONS_CUSTOMHANDLER_PORT is 'none', but must be a port from 1 to 65535.")]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:7071", "Cannot start: SignIn:Password is missing: the host is to listen at http://0.0.0.0:7071")]
    [InlineData("SignIn__Password", "short", "Cannot start: SignIn:Password is too short")]
    [InlineData("Clock__Speed", "fast", "Cannot start: Clock:Speed cannot be read: write a number.")]
    [InlineData("Clock__Start", "2026-11-02T00:00:00Z", "Cannot start: Clock:Epoch is missing")]
    [InlineData("Portals__0__Token", "", "Cannot start: Portals:0:Token is missing")]
    [InlineData("Portals__0__TimeZone", "Mars/Olympus", "Cannot start: Portals:0:TimeZone is 'Mars/Olympus'")]
    [InlineData("Portals__1__Id", "12345678", "Cannot start: Portals: the account 12345678 is configured twice")]
    [InlineData("Store__ConnectionString", "", "Cannot start: Store: set either Store__ConnectionString")]
    [InlineData("HubSpot__BaseUrl", "http://api.example.com", "Cannot start: HubSpot:BaseUrl is 'http://api.example.com/'")]
    [InlineData("Alerting__DashboardUrl", "monitor", "Cannot start: Alerting:DashboardUrl is 'monitor'")]
    [InlineData("Connect__ClientSecret", "secret", "Cannot start: Connect:ClientId is missing")]
    [InlineData("Connect__ClientId", "id", "Cannot start: Connect:ClientSecret is missing")]
    [InlineData("Store__KeyVaultUrl", "http://vault.example", "Cannot start: Store:KeyVaultUrl is 'http://vault.example/'")]
    [InlineData("Posture__TravelSpeed", "99.5", "Cannot start: Posture:TravelSpeed is 99.5: choose")]
    [InlineData("ASPNETCORE_URLS", "http//x", "Cannot start: Invalid url: 'http//x'")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence(string setting, string value, string sentence)
    {
        var end = await host.RunAsync(setting, value);

        end.ExitCode.ShouldBe(1);
        end.StandardError.ShouldContain(sentence);
        end.StandardError.ShouldNotContain("   at ");
        end.StandardOutput.ShouldNotContain("Exception");
    }

    [Theory]
    [InlineData("Portals__0__Id", "pat-na1-11111111-2222-3333-4444-555555555678", "Portals:0:Id cannot be read: write a whole number.")]
    [InlineData(
        "Alerting__DashboardUrl",
        "https://user:s3cret@teams.example.com/workflows/1?sig=s3cret",
        "Alerting:DashboardUrl is 'https://teams.example.com/workflows/1?")]
    [InlineData("ASPNETCORE_URLS", "pat-na1-11111111-2222-3333-4444-555555555678", "Cannot start: ")]
    public async Task A_secret_in_the_wrong_setting_stops_the_start_and_is_not_told(string setting, string value, string sentence)
    {
        var end = await host.RunAsync(setting, value);

        end.ExitCode.ShouldBe(1);
        end.StandardError.ShouldContain(sentence);
        (end.StandardError + end.StandardOutput)
            .ShouldSatisfyAllConditions(said => said.ShouldNotContain("s3cret"), said => said.ShouldNotContain("4444"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var end = await host.RunAsync("ASPNETCORE_URLS", $"http://{other.LocalEndpoint}");

        end.ExitCode.ShouldBe(1);
        end.StandardError.Trim().ShouldBe(
            $"Cannot start: Failed to bind to address http://{other.LocalEndpoint}: address already in use. Stop the other program, or set ASPNETCORE_URLS to another address.");
        end.StandardOutput.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_else_is_published()
    {
        string[] runtime =
        [
            "host.json", "access-registry.yaml", "HubSpotMonitor.Functions", "HubSpotMonitor.Functions.deps.json",
            "HubSpotMonitor.Functions.runtimeconfig.json", "createdump",
        ];

        Directory.EnumerateFiles(host.AppDirectory)
            .Select(Path.GetFileName)
            .Where(name => Path.GetExtension(name) is not ".dll" and not ".so")
            .ShouldBe(runtime, ignoreOrder: true);
        Directory.EnumerateDirectories(host.AppDirectory).Select(Path.GetFileName)
            .ShouldBe(FunctionFolders.Read(AppContext.BaseDirectory).All.Select(folder => folder.Name), ignoreOrder: true);
        Directory.EnumerateDirectories(host.AppDirectory)
            .SelectMany(Directory.EnumerateFileSystemEntries)
            .ShouldAllBe(path => path.EndsWith("/function.json", StringComparison.Ordinal));
    }

    // Read and not run: another MSBuild takes seconds.
    [Fact]
    public void Settings_of_one_machine_are_not_packed_even_where_they_lie_in_the_folder()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", "HubSpotMonitor.Functions", "HubSpotMonitor.Functions.csproj"));
        var zip = project.Descendants("Target").Single(target => (string?)target.Attribute("Name") == "Zip");

        ((string?)zip.Descendants("SettingsOfOneMachine").Single().Attribute("Include")).ShouldBe("$(AppFolder)/local.settings*.json");
        var steps = zip.Elements().ToList();
        var refusal = steps.FindIndex(
            step => step.Name.LocalName == "Error" && (string?)step.Attribute("Condition") == "'@(SettingsOfOneMachine)' != ''");
        refusal.ShouldBeInRange(0, steps.FindIndex(step => step.Name.LocalName == "ZipDirectory"));
    }

    [Fact]
    public void The_zip_holds_the_folder_and_keeps_the_run_bit()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no run bit.");
        using var zip = ZipFile.OpenRead(host.ZipFile);

        zip.Entries.Where(entry => entry.Name.Length > 0)
            .Select(entry => entry.FullName)
            .ShouldBe(
                Directory.EnumerateFiles(host.AppDirectory, "*", SearchOption.AllDirectories)
                    .Select(path => Path.GetRelativePath(host.AppDirectory, path)),
                ignoreOrder: true);
        // The upper half is the file's mode as Unix knows it.
        ((UnixFileMode)(zip.GetEntry("HubSpotMonitor.Functions")!.ExternalAttributes >> 16) & UnixFileMode.UserExecute)
            .ShouldBe(UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task After_an_outage_every_timer_is_past_due_at_once_and_each_is_served()
    {
        var client = await host.WorkingAsync();
        var timers = FunctionFolders.Read(AppContext.BaseDirectory).Timers.Select(timer => timer.Name);

        var answers = await Task.WhenAll(
            timers.Select(timer => client.SendAsync(HostCalls.Timer(timer, HostCalls.PastDue), TestContext.Current.CancellationToken)));

        answers.Length.ShouldBeGreaterThan(4);
        foreach (var answer in answers)
            await ShouldAnswerAsync(answer, succeeds: true);
    }

    [Fact]
    public async Task Messages_of_every_subscription_are_taken_several_at_once_and_repeats_too_and_what_is_none_of_ours_fails()
    {
        var client = await host.WorkingAsync();
        string[] functions = ["DeliverEmail", "DeliverSmtp", "DeliverTeams", "DeliverSlack", "DeliverWebhook"];

        var answers = await Task.WhenAll(functions.Concat(functions).Select(
            function => client.SendAsync(HostCalls.Bus(function, HostCalls.Envelope("email", "teams")), TestContext.Current.CancellationToken)));

        foreach (var answer in answers)
            await ShouldAnswerAsync(answer, succeeds: true);
        await ShouldAnswerAsync(
            await client.SendAsync(HostCalls.Bus("DeliverEmail", "hello"u8), TestContext.Current.CancellationToken), succeeds: false);
    }

    [Fact]
    public async Task Several_deliveries_at_once_are_all_answered()
    {
        var client = await host.WorkingAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16)
                .Select(_ => client.SendAsync(HostCalls.Timer("SweepAlerts", HostCalls.OnTime), TestContext.Current.CancellationToken)));

        foreach (var answer in answers)
            await ShouldAnswerAsync(answer, succeeds: true);
    }

    [Fact]
    public async Task A_handler_that_is_killed_in_the_middle_is_started_again_and_serves_the_same_call()
    {
        var port = FreePort.Next();
        using var kill = new CancellationTokenSource();
        using var first = await host.StartMortalAsync(port, kill.Token);
        var interrupted = first.SendAsync(HostCalls.Timer("PollUsage", HostCalls.OnTime), TestContext.Current.CancellationToken);

        await kill.CancelAsync();
        // Cut off or just done: either is right, and the host sends it again in the first case.
        await Task.WhenAny(interrupted);
        await RunningCustomHandler.ClosedAsync(port);
        using var stop = new CancellationTokenSource();
        using var second = await host.StartMortalAsync(port, stop.Token);

        await ShouldAnswerAsync(
            await second.SendAsync(HostCalls.Timer("PollUsage", HostCalls.OnTime), TestContext.Current.CancellationToken), succeeds: true);
        await stop.CancelAsync();
    }

    private static async Task ShouldAnswerAsync(HttpResponseMessage answer, bool succeeds)
    {
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(succeeds ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(succeeds ? "application/json" : "application/problem+json");
        if (succeeds)
            body.ShouldBe("{}");
    }
}
