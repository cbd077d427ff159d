using HubSpotMonitor.Functions.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions.SignIn;

/// <summary>Every address has a decided policy, in each way that the host can run.</summary>
public sealed class EndpointPolicyTests
{
    private static readonly string[] Open = ["/webhooks/hubspot", "/alerts/{id}/act", "/connect/callback", "/health", "/assets/{name}"];

    // What a reader may not even look at, since it is the first half of a change.
    private static readonly string[] FormsOfResponders = ["/pages/alerts/{id}/act/{act}", "/connect"];

    [Fact]
    public async Task On_one_machine_only_these_are_open_and_every_change_is_a_responders() =>
        await CheckAsync(new RunningHost(), Open);

    [Fact]
    public async Task With_a_password_the_sign_in_is_open_too() =>
        await CheckAsync(new RunningHost().With("SignIn:Password", "correct-horse-battery"), [.. Open, "/sign-in"]);

    [Fact]
    public async Task Deployed_the_triggers_are_open_too_and_keep_their_own_guard()
    {
        using var host = new RunningCustomHandler();
        var triggers = FunctionNames().Where(name => host.Endpoints().Any(endpoint => Path(endpoint) == name)).ToList();

        triggers.Count.ShouldBe(15);
        await CheckAsync(host, [.. Open, .. triggers]);
    }

    private static async Task CheckAsync(RunningHost host, IReadOnlyList<string> open)
    {
        await using (host)
        {
            var endpoints = host.Endpoints();
            var fallback = await host.Services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();

            fallback.ShouldBe(Roles.ReaderPolicy);
            endpoints.Where(IsOpen).Select(Path).Distinct().ShouldBe(open, ignoreOrder: true);
            foreach (var endpoint in endpoints.Where(endpoint => !IsOpen(endpoint)))
                PolicyOf(endpoint).ShouldBe(Wanted(endpoint), $"{endpoint}");
        }
    }

    // No policy means the fallback: readers.
    private static string? Wanted(RouteEndpoint endpoint) =>
        Path(endpoint) != "/sign-out" && (IsChange(endpoint) || FormsOfResponders.Contains(Path(endpoint))) ? Roles.Responder : null;

    private static bool IsChange(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Any(method => method is not ("GET" or "HEAD")) == true;

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static string? PolicyOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy;

    private static string Path(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!;

    private static IEnumerable<string> FunctionNames() =>
        HubSpotMonitor.Functions.Timers.FunctionFolders.Read(AppContext.BaseDirectory).All
            .Where(folder => folder.Trigger.Route is null)
            .Select(folder => $"/{folder.Name}");
}
