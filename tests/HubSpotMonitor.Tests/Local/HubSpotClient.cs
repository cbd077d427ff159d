using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Local;

/// <summary>A simulated HubSpot with a clock in our hands, and somebody who asks it.</summary>
internal sealed class HubSpotClient : IAsyncDisposable
{
    public const string UsagePath = "account-info/2026-09/api-usage/daily/private-apps";
    public const string DetailsPath = "account-info/2026-09/details";

    // A Tuesday morning in the accounts' New York.
    public static readonly DateTimeOffset Morning = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private readonly HttpClient _http = new();
    private readonly SimulatedHubSpot _hubSpot;

    private HubSpotClient(SimulatedHubSpot hubSpot, FakeTimeProvider clock)
    {
        _hubSpot = hubSpot;
        Clock = clock;
    }

    public FakeTimeProvider Clock { get; }

    public static SimulatedAccount Acme { get; } = new(101, "Acme", "pat-na1-acme", Seed: 1);

    public static Task<HubSpotClient> StartAsync(DateTimeOffset now, params IReadOnlyList<Effect> effects) => StartAsync([Acme], now, effects);

    public static async Task<HubSpotClient> StartAsync(
        IReadOnlyList<SimulatedAccount> accounts, DateTimeOffset now, params IReadOnlyList<Effect> effects)
    {
        var clock = new FakeTimeProvider(now);
        var scenario = new Scenario { Name = "test", Title = "", Story = "", Effects = effects, Lines = [] };
        return new(await SimulatedHubSpot.StartAsync(accounts, [new(scenario, now)], clock, TestContext.Current.CancellationToken), clock);
    }

    public static async Task<HubSpotClient> StartAsync(Scenario scenario, DateTimeOffset now)
    {
        var clock = new FakeTimeProvider(now);
        return new(await SimulatedHubSpot.StartAsync([Acme], [new(scenario, now)], clock, TestContext.Current.CancellationToken), clock);
    }

    public Task<Answer> GetAsync(string path, string? token = "pat-na1-acme") =>
        SendAsync(new(HttpMethod.Get, new Uri(_hubSpot.Address, path)), token);

    /// <summary>What the token may do.</summary>
    public Task<Answer> IntrospectAsync(string token) => SendAsync(
        new(HttpMethod.Post, new Uri(_hubSpot.Address, "oauth/v2/private-apps/get/access-token-info"))
        {
            Content = JsonContent.Create(new { tokenKey = token }),
        }, token);

    private async Task<Answer> SendAsync(HttpRequestMessage message, string? token)
    {
        using var request = message;
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var json = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(json);
        return new(
            response.StatusCode, document.RootElement.Clone(), response.Headers.ToDictionary(header => header.Key, header => header.Value.First()));
    }

    /// <summary>The row that counts.</summary>
    public async Task<UsageRow> UsageAsync(string token = "pat-na1-acme")
    {
        var answer = await GetAsync(UsagePath, token);
        var row = answer.Json.GetProperty("results")
            .EnumerateArray()
            .Single(row => row.GetProperty("name").GetString() == "private-apps-api-calls-daily");
        return new(
            row.GetProperty("currentUsage").GetInt32(),
            row.GetProperty("collectedAt").GetDateTimeOffset(),
            row.GetProperty("fetchStatus").GetString()!,
            row.GetProperty("resetsAt").GetDateTimeOffset(),
            answer);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _hubSpot.DisposeAsync();
    }
}

internal sealed record UsageRow(int Calls, DateTimeOffset CollectedAt, string Status, DateTimeOffset ResetsAt, Answer Answer);

internal sealed record Answer(HttpStatusCode Status, JsonElement Json, Dictionary<string, string> Headers)
{
    public int DailyRemaining => int.Parse(Headers["X-HubSpot-RateLimit-Daily-Remaining"], System.Globalization.CultureInfo.InvariantCulture);
}
