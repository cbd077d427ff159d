using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Local;

public sealed class SimulatedWorldTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _real = new(Now);
    private readonly string _directory = Directory.CreateTempSubdirectory("world-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string MemoryFile => Path.Combine(_directory, "simulated", "simulation.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("2026-11-24T15:00:00Z", "2026-11-24T06:40:00Z")]
    [InlineData("2026-11-24T06:00:00Z", "2026-11-23T06:40:00Z")]
    [InlineData("2026-07-01T05:40:00Z", "2026-07-01T05:40:00Z")]
    public void The_first_run_begins_at_twenty_to_two_in_the_accounts_last_night(string now, string beginning) =>
        SimulatedWorld.Beginning(new(1, false, []), HubSpotClient.Acme.Zone, Time(now)).ShouldBe(Time(beginning));

    [Fact]
    public async Task A_run_goes_on_where_the_one_before_stopped()
    {
        await using (var first = await StartAsync())
        {
            _real.Advance(TimeSpan.FromSeconds(90));
            first.Clock.GetUtcNow().ShouldBe(first.Clock.Start.AddMinutes(90));
        }
        _real.Advance(TimeSpan.FromHours(5));
        await using var second = await StartAsync();
        second.Clock.Start.ShouldBe(Time("2026-11-24T08:10:00Z"));
        second.NeedsHistory.ShouldBeTrue();
    }

    [Fact]
    public async Task After_a_crash_time_does_not_go_back()
    {
        var crashed = await StartAsync();
        var left = await File.ReadAllTextAsync(MemoryFile, Token);
        _real.Advance(TimeSpan.FromSeconds(2));
        var last = crashed.Clock.GetUtcNow();
        await crashed.DisposeAsync();
        await File.WriteAllTextAsync(MemoryFile, left, Token);
        await using var next = await StartAsync();
        next.Clock.Start.ShouldBeGreaterThan(last);
    }

    [Fact]
    public async Task What_a_run_did_stays_in_the_past_of_the_next_one()
    {
        await using (var theft = await StartAsync("token-theft"))
            _real.Advance(TimeSpan.FromSeconds(60));
        await using var quiet = await StartAsync("quiet");
        var history = quiet.History().ToList();
        var duringTheft = history.Single(reading => reading.At >= Time("2026-11-24T07:20:00Z") && reading.At < Time("2026-11-24T07:25:00Z"));
        duringTheft.Value.ShouldBeGreaterThan(4_500);
    }

    [Fact]
    public async Task The_history_is_four_weeks_of_readings_five_minutes_apart_and_all_before_the_start()
    {
        await using var world = await StartAsync();
        var history = world.History().ToList();
        history.Count.ShouldBe((28 * 288) - 1);
        history[^1].At.ShouldBeLessThan(world.Clock.Start);
        history.ShouldAllBe(reading => reading.Metric == "usage-live"
            && reading.Portal == world.Account.Id
            && reading.Limit == 625_000
            && reading.ResetsAt > reading.At);
        history.Select(reading => reading.At).ShouldBe(history.Select(reading => reading.At).Order());
        world.HistoryIsSent();
        world.NeedsHistory.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_scenario_does_is_sent_to_the_host_once()
    {
        await using var world = await StartAsync("mass-delete");
        using var host = new ReceivingEnd();
        using var sender = world.Webhooks(new("http://127.0.0.1:7071/"), _ => { }, new(host, disposeHandler: false));
        (await sender.SendAsync(world.Clock.Start, world.Clock.Start.AddHours(1), Token)).Sent.ShouldBeInRange(10_500, 11_300);
        host.Received.ShouldAllBe(request => request.Url == "http://127.0.0.1:7071/webhooks/hubspot"
            && request.WhyRefused(world.WebhookSecrets[0], world.Clock.GetUtcNow()) == null);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"seed":1,"historySent":true,"runs":[{}]}""")]
    public async Task A_spoilt_memory_is_named_and_what_to_delete(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(MemoryFile)!);
        await File.WriteAllTextAsync(MemoryFile, content, Token);
        var problem = await Should.ThrowAsync<CannotRunException>(() => StartAsync());
        problem.Message.ShouldStartWith($"{MemoryFile} cannot be read");
        problem.Message.ShouldContain("Delete the folder");
    }

    private Task<SimulatedWorld> StartAsync(string scenario = "quiet")
    {
        var options = new LocalOptions(7071, scenario, 60, _directory, Real: false);
        Directory.CreateDirectory(options.RunDirectory);
        return SimulatedWorld.StartAsync(options, _real, Token);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
