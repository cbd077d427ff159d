using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Tests.Polling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests;

/// <summary>Polling of activity and access against a HubSpot that answers as a test planned; real DI, real tables.</summary>
internal sealed class ActivityUnderTest : IAsyncDisposable
{
    public const string Token = "pat-na1-00000000-0000-4000-8000-00000000feed";
    public const string SmtpPassword = "smtp-password-0badcafe";

    /// <summary>An empty list.</summary>
    public static readonly RequestDelegate Nothing = FakeHubSpot.Reply("""{"results":[]}""");

    private readonly ServiceProvider _services;

    private ActivityUnderTest(FakeHubSpot hubSpot, string connectionString, string prefix)
    {
        HubSpot = hubSpot;
        Prefix = prefix;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("HubSpot:BaseUrl", hubSpot.Address.ToString()), new("HubSpot:Timeout", "00:00:05"),
            new("Store:ConnectionString", connectionString), new("Store:TablePrefix", prefix),
        ]).Build();
        _services = new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs)).AddHubSpotMonitor(configuration).BuildServiceProvider();
    }

    public FakeHubSpot HubSpot { get; }

    public string Prefix { get; }

    public LogCapture Logs { get; } = new();

    public DateTimeOffset Now { get; set; } = Samples.Noon;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PortalOptions Options => new() { Id = Samples.Acme.Id, Name = Samples.Acme.Name, Token = Token };

    /// <summary>A HubSpot whose histories are empty and whose audit log is not to be had.</summary>
    public static async Task<ActivityUnderTest> StartAsync(SharedAzurite azurite)
    {
        var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Details = [FakeHubSpot.Reply("""{"portalId":4711}""")];
        foreach (var list in new[] { "security", "login", "2026-09", "smtp-tokens" }) hubSpot.Others[list] = [Nothing];
        hubSpot.Others["audit-logs"] =
        [
            FakeHubSpot.Reply(
                """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["account-info.security.read"]}}]}""", 403),
        ];
        hubSpot.Others["access-token-info"] = [FakeHubSpot.Reply("""{"userId":876,"hubId":4711,"scopes":["oauth","account-info.security.read"]}""")];
        return new(hubSpot, azurite.ConnectionString, SharedAzurite.NewPrefix());
    }

    /// <summary>Another process on the same tables.</summary>
    public ActivityUnderTest Restarted(SharedAzurite azurite) => new(HubSpot, azurite.ConnectionString, Prefix) { Now = Now };

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<IReadOnlyList<ActivityEvent>> PollAsync() => Get<ActivityWatch>().PollAsync(Options, Token, Now, Stop);

    /// <summary>As where nothing opens the portal.</summary>
    public Task MissPollAsync() => Get<ActivityWatch>().MissPollAsync(Options, "Key Vault does not answer.", Now, Stop);

    /// <summary>Polls, and judges what came.</summary>
    public Task PollAndJudgeAsync() => Get<PostureWatch>().PollAsync(Options, Now, Stop);

    public Task<AccessSnapshot> AuditAsync() => Get<ActivityWatch>().AuditAsync(Options, Token, Now, Stop);

    public async Task<ActivityCheckpoint> CheckpointAsync(ActivityFeed feed) =>
        (await Get<CheckpointTable>().ReadActivityAsync(Samples.Acme.Id, Stop)).Single(checkpoint => checkpoint.Feed == feed);

    public async Task<List<ActivityEvent>> StoredAsync(ActivityFeed? feed = null)
    {
        List<ActivityEvent> stored = [];
        await foreach (var item in Get<ActivityTable>().ReadAsync(Samples.Acme.Id, feed, Now.AddDays(-400), Now.AddDays(1), Stop)) stored.Add(item);
        return stored;
    }

    public int Calls(string list) => HubSpot.Asked.Count(asked => asked.Last == list);

    public static RequestDelegate Page(string? after, params IEnumerable<JsonNode?> rows)
    {
        var page = new JsonObject { ["results"] = new JsonArray([.. rows]) };
        if (after is not null) page["paging"] = new JsonObject { ["next"] = new JsonObject { ["after"] = after, ["link"] = "https://example.com" } };
        return FakeHubSpot.Reply(page.ToJsonString());
    }

    public static JsonObject Security(string id, DateTimeOffset at, string type = "SERVICE_KEY_REVEAL") => new()
    {
        ["id"] = id,
        ["createdAt"] = Time(at),
        ["type"] = type,
        ["userId"] = 876,
        ["actingUser"] = "a@example.com",
        ["objectId"] = "7654",
        ["ipAddress"] = "198.51.100.7",
        ["countryCode"] = "IE",
    };

    public static JsonObject Login(int id, DateTimeOffset at, bool succeeded = true) =>
        new()
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["loginAt"] = Time(at),
            ["loginSucceeded"] = succeeded,
            ["email"] = "a@example.com",
        };

    public static JsonObject Audit(string id, DateTimeOffset at) => new()
    {
        ["id"] = id,
        ["occurredAt"] = Time(at),
        ["category"] = "CRITICAL_ACTION",
        ["subCategory"] = "PRIVATE_APP_ACCESS_TOKEN_VIEW",
        ["action"] = "PERFORM",
        ["targetObjectId"] = "12345",
        ["actingUser"] = new JsonObject { ["userId"] = 89274502, ["userEmail"] = "a@example.com" },
    };

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await HubSpot.DisposeAsync();
        HubSpot.Unplanned.ShouldBeEmpty();
        foreach (var secret in new[] { Token, SmtpPassword }) Logs.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal));
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
