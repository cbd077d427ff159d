using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Local.Parts;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>The host as Program builds it, on a real port, with the runs of the timers replaced.</summary>
public class RunningHost : WebApplicationFactory<Program>
{
    private static readonly string[] Timers =
        ["PollUsage", "PollActivity", "AuditAccess", "TrainModels", "SweepAlerts", "WatchEvents", "PruneTables", "InspectGrants", "SendDigest"];

    private readonly Dictionary<string, string> _settings = [];

    /// <summary>What the timers ran, in order.</summary>
    internal List<string> Runs { get; } = [];

    /// <summary>What the next runs do.</summary>
    internal Func<CancellationToken, Task> Run { get; set; } = _ => Task.CompletedTask;

    public RunningHost()
    {
        // Without a port of its own: that would be set while Program is starting, and sometimes too late.
        UseKestrel();
        With("urls", "http://127.0.0.1:0");
        foreach (var (setting, value) in PublishedHost.BrokenSettings())
            With(setting.Replace("__", ":", StringComparison.Ordinal), value!);
    }

    internal RunningHost With(string setting, string value)
    {
        _settings[setting] = value;
        return this;
    }

    /// <summary>With tables of its own, and two channels that end in an inbox.</summary>
    internal RunningHost Telling(SharedAzurite azurite, Uri inbox) =>
        With("Store:ConnectionString", azurite.ConnectionString)
            .With("Store:TablePrefix", SharedAzurite.NewPrefix())
            .With("Delivery:Email:ApiKey", "SG.key")
            .With("Delivery:Email:From", "monitor@example.com")
            .With("Delivery:Email:To:0", "oncall@example.com")
            .With("Delivery:Email:BaseUrl", inbox.AbsoluteUri)
            .With("Delivery:Slack:WebhookUrl", new Uri(inbox, "services/T/B/x").AbsoluteUri);

    internal HttpClient Browser()
    {
        StartServer();
        return new HttpClient
        {
            BaseAddress = new Uri(Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()),
        };
    }

    /// <summary>Everything that answers.</summary>
    internal IReadOnlyList<RouteEndpoint> Endpoints() =>
        [.. Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (setting, value) in _settings)
            builder.UseSetting(setting, value);
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton(new TimerTable(
            Timers.ToDictionary(name => name, Recorded)))));
    }

    private TimerRun Recorded(string function) => (_, cancellationToken) =>
    {
        lock (Runs)
            Runs.Add(function);
        return Run(cancellationToken);
    };
}

/// <summary>The host as the Functions host starts it, behind the platform's sign-in.</summary>
public sealed class RunningCustomHandler : RunningHost
{
    public RunningCustomHandler()
    {
        With("FUNCTIONS_CUSTOMHANDLER_PORT", FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture));
        With("WEBSITE_AUTH_ENABLED", "True");
    }

    /// <summary>A browser whose user the platform let through.</summary>
    internal HttpClient SignedIn(string? role, string name = "ada@example.com")
    {
        var browser = Browser();
        // Past the probe, as whatever the Functions host passes on.
        browser.DefaultRequestHeaders.Add("X-Azure-Functions-InvocationId", "5c5b1b0e-7b0c-4f0a-9a52-2d1d2a3b4c5d");
        browser.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL", Principal(role));
        browser.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL-NAME", name);
        return browser;
    }

    /// <summary>As App Service Authentication is documented to write it.</summary>
    internal static string Principal(string? role) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
        $$"""{"auth_typ":"aad","name_typ":"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name","role_typ":"http://schemas.microsoft.com/ws/2008/06/identity/claims/role","claims":[{"typ":"name","val":"Ada"}{{(role is null ? "" : $$""",{"typ":"roles","val":"{{role}}"}""")}}]}"""));

    /// <summary>Waits until nobody listens at a port any more: a process that was killed goes in its own time.</summary>
    internal static async Task ClosedAsync(int port)
    {
        while (true)
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
