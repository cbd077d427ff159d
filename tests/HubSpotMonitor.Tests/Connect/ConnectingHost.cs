using System.Globalization;
using System.Net;
using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Tests.Functions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>The host as it runs, with real tables, one account to be connected and one with a token, and a HubSpot that grants.</summary>
public class ConnectingHost : RunningHost, IAsyncLifetime
{
    public const long Acme = 4711;
    public const long Globex = 4712;
    public const string ClientSecret = "5ec4e700-0000-4000-8000-000000004711";
    public const string GlobexToken = "pat-na1-00000000-0000-4000-8000-000000004712";

    private readonly string _connectionString;
    private readonly string _prefix = SharedAzurite.NewPrefix();

    public ConnectingHost(SharedAzurite azurite)
        : this(azurite?.ConnectionString ?? throw new ArgumentNullException(nameof(azurite)))
    {
    }

    /// <param name="connectionString">Of the tables.</param>
    protected ConnectingHost(string connectionString)
    {
        _connectionString = connectionString;
        With("Store:ConnectionString", connectionString).With("Store:TablePrefix", _prefix);
        With("Portals:0:Id", Acme.ToString(CultureInfo.InvariantCulture)).With("Portals:0:Token", "");
        With("Portals:1:Id", Globex.ToString(CultureInfo.InvariantCulture)).With("Portals:1:Name", "Globex").With("Portals:1:Token", GlobexToken);
        With("Connect:ClientId", "c1e47000")
            .With("Connect:ClientSecret", ClientSecret)
            .With("Connect:RedirectUrl", "http://127.0.0.1:7071/connect/callback");
    }

    internal FakeTimeProvider Clock { get; } = new(Samples.Noon);

    internal LogCapture Logs { get; } = new();

    internal SimulatedHubSpot HubSpot { get; private set; } = null!;

    internal Uri Address => field ??= Browser().BaseAddress!;

    /// <summary>A browser of its own, which follows no redirect by itself.</summary>
    internal HttpClient NewBrowser() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    public async ValueTask InitializeAsync()
    {
        SimulatedAccount[] accounts =
        [
            new(Acme, "Acme", "pat-na1-00000000-0000-4000-8000-000000004711", 7),
            new(Globex, "Globex", GlobexToken, 8),
            new(4713, "Initech", "pat-na1-00000000-0000-4000-8000-000000004713", 9),
        ];
        HubSpot = await SimulatedHubSpot.StartAsync(accounts, [], Clock, TestContext.Current.CancellationToken);
        With("HubSpot:BaseUrl", HubSpot.Address.ToString()).With("Connect:AuthorizeUrl", new Uri(HubSpot.Address, "oauth/authorize").ToString());
    }

    /// <summary>Begins in a browser.</summary>
    /// <returns>Where it is sent.</returns>
    internal static async Task<Uri> BeginAsync(HttpClient browser, long portal = Acme)
    {
        using var answer = await browser.GetAsync(new Uri($"/connect?portal={portal}", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location.ShouldNotBeNull();
    }

    /// <summary>Ends in a browser: the address that HubSpot sends it to, at the port that this host has.</summary>
    internal static async Task<(HttpStatusCode Status, string Html)> FinishAsync(HttpClient browser, Uri back)
    {
        using var answer = await browser.GetAsync(new Uri(back.PathAndQuery, UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>All the way, with the account chosen that was meant.</summary>
    internal async Task<Uri> ConnectAsync()
    {
        using var browser = NewBrowser();
        var back = await Person.AnswerAsync(await BeginAsync(browser), Acme);
        (await FinishAsync(browser, back)).Status.ShouldBe(HttpStatusCode.OK);
        return back;
    }

    /// <summary>How many rows a table has. Not by the lines of <see cref="RawAsync"/>: the bytes of a hash may hold a line's end.</summary>
    internal ValueTask<int> CountAsync(string table) => Rows(table).CountAsync(TestContext.Current.CancellationToken);

    /// <summary>Everything in a table, as text.</summary>
    internal async Task<string> RawAsync(string table) =>
        string.Join('\n', await Rows(table)
            .Select(row => string.Join(' ', row.Select(column => column.Value is byte[] bytes
                ? Convert.ToHexString(bytes) + System.Text.Encoding.UTF8.GetString(bytes)
                : column.Value?.ToString())))
            .ToListAsync(TestContext.Current.CancellationToken));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await HubSpot.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureLogging(logging => logging.AddProvider(Logs));
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    }

    private AsyncPageable<TableEntity> Rows(string table) =>
        new TableClient(_connectionString, _prefix + table).QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken);
}
