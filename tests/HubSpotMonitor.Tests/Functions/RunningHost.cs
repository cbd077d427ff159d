using HubSpotMonitor.Functions.Timers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>The host as Program builds it, on a real port, with the runs of the timers replaced.</summary>
public class RunningHost : WebApplicationFactory<Program>
{
    private static readonly string[] Timers = ["PollUsage", "PollActivity", "AuditAccess", "TrainModels", "SweepAlerts", "WatchEvents", "PruneTables", "InspectGrants", "SendDigest"];

    private readonly Dictionary<string, string> settings = [];

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
        settings[setting] = value;
        return this;
    }

    internal HttpClient Browser()
    {
        StartServer();
        return new HttpClient { BaseAddress = new Uri(Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()) };
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (setting, value) in settings)
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

/// <summary>The host as the Functions host starts it.</summary>
public sealed class RunningCustomHandler : RunningHost
{
    public RunningCustomHandler() => With("FUNCTIONS_CUSTOMHANDLER_PORT", FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture));

    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

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
