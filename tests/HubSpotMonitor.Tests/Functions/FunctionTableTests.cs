using System.Reflection;
using System.Text.Json;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Constants, folders and endpoints are three lists of the same functions: here they are held together.</summary>
public sealed class FunctionTableTests(RunningCustomHandler host) : IClassFixture<RunningCustomHandler>
{
    private static readonly FunctionFolders Folders = FunctionFolders.Read(AppContext.BaseDirectory);

    private static readonly string[] Names =
        [.. typeof(FunctionNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order()];

    [Fact]
    public void Every_function_has_a_constant_and_a_folder() => Folders.All.Select(folder => folder.Name).Order().ShouldBe(Names);

    [Fact]
    public void Every_function_has_an_endpoint_and_every_endpoint_a_function() =>
        Endpoints().Select(endpoint => endpoint.Function).Distinct().Order().ShouldBe(Names);

    [Fact]
    public void Every_timer_has_a_run_and_every_run_a_timer() =>
        ActivatorUtilities.CreateInstance<TimerTable>(host.Services, host.Services.GetRequiredService<Pipeline>()).Functions
            .Order()
            .ShouldBe(Folders.Timers.Select(timer => timer.Name).Order());

    [Fact]
    public void Every_endpoint_lies_within_the_route_of_its_function()
    {
        foreach (var (function, path, methods) in Endpoints().Where(endpoint => Route(endpoint.Function) is not null))
        {
            var route = Route(function)!;
            var prefix = "/" + route.Split('{')[0].TrimEnd('/');
            (path == prefix || path.StartsWith(prefix.TrimEnd('/') + "/", StringComparison.Ordinal))
                .ShouldBeTrue($"{path} of {function} lies outside {route}.");
            methods.Select(method => method.ToLowerInvariant())
                .ShouldBeSubsetOf(Folders.All.Single(folder => folder.Name == function).Trigger.Methods);
        }
    }

    [Fact]
    public void No_route_can_match_the_address_of_a_trigger()
    {
        var routes = Folders.All.Select(folder => folder.Trigger.Route).OfType<string>().ToList();

        routes.ShouldAllBe(route => route.Length > 0);
        routes.Where(route => route.StartsWith('{')).ShouldBe(["{ignored:maxlength(0)?}"]);
        var triggers = Folders.All.Where(folder => folder.Trigger.Route is null).Select(folder => folder.Name).ToList();
        triggers.Count.ShouldBeGreaterThan(Folders.Timers.Count());
        routes.Select(route => route.Split('/')[0]).Intersect(triggers, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
    }

    [Fact]
    public void No_function_asks_for_a_key_since_the_platform_signs_people_in_and_the_app_asks_for_a_role() =>
        Folders.All.Where(folder => folder.Trigger.Route is not null).ShouldAllBe(folder => folder.Trigger.AuthLevel == "anonymous");

    // What is called between the last poll and the account's midnight, at which HubSpot's counter starts again, stands in no count.
    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Kathmandu")]
    public void Usage_is_polled_just_before_the_midnight_of_every_account(string zone)
    {
        var midnight = AccountClock.Find(zone)!.NextMidnight(Samples.Noon);
        var polls = Folders.Timers.Single(timer => timer.Name == FunctionNames.PollUsage).ParseSchedule();
        var last = polls.GetOccurrences(midnight.AddHours(-1).UtcDateTime, midnight.AddTicks(-1).UtcDateTime).Last();
        (midnight.UtcDateTime - last).ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));
        polls.GetOccurrences(midnight.UtcDateTime, midnight.AddHours(1).UtcDateTime).Count().ShouldBe(12);
    }

    [Fact]
    public void Timers_are_monitored_and_never_run_at_a_restart_of_the_host()
    {
        foreach (var timer in Folders.Timers)
        {
            timer.ParseSchedule();
            timer.Trigger.UseMonitor.ShouldBe(true);
            timer.Trigger.RunOnStartup.ShouldBe(false);
        }
    }

    [Fact]
    public void A_run_is_stopped_before_the_host_would_restart_the_process()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

        TimeSpan.Parse(settings.RootElement.GetProperty("functionTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(TimerRunner.Limit);
    }

    private static string? Route(string function) => Folders.All.Single(folder => folder.Name == function).Trigger.Route;

    private IEnumerable<(string Function, string Path, IReadOnlyList<string> Methods)> Endpoints() =>
        from endpoint in host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
        let served = endpoint.Metadata.GetMetadata<ServedBy>()
        select (
            served?.Function ?? $"nobody: {endpoint}",
            endpoint.RoutePattern.RawText,
            endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []);
}
