using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace HubSpotMonitor.HubSpot;

internal static class HubSpotServices
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static IHttpClientBuilder AddHubSpotClient(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<HubSpotOptions, HubSpotOptionsValidator>().BindConfiguration("HubSpot");
        var client = services.AddHttpClient<HubSpotClient>((provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptions<HubSpotOptions>>().Value.BaseUrl;
                http.Timeout = Timeout.InfiniteTimeSpan; // the handler below keeps the time, attempt by attempt
                http.DefaultRequestHeaders.UserAgent.ParseAdd("HubSpotMonitor/1.0");
            })
            .ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .RemoveAllLoggers();
        client.AddResilienceHandler("hubspot", ConfigureResilience);
        return client;
    }

    // No circuit breaker: it would be shared by all portals, and one broken account must not close the door for the rest.
    private static void ConfigureResilience(ResiliencePipelineBuilder<HttpResponseMessage> builder, ResilienceHandlerContext context)
    {
        var timeout = context.ServiceProvider.GetRequiredService<IOptions<HubSpotOptions>>().Value.Timeout;
        builder.TimeProvider = TimeProvider.System; // network time is real time, also when the product's clock is simulated
        builder
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Result: { } response } => MayPassSoon(response),
                    { Exception: { } exception } => HttpClientResiliencePredicates.IsTransient(Outcome.FromException<HttpResponseMessage>(exception))
                        && exception is not HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded },
                    _ => false,
                }),
            })
            .AddTimeout(timeout);
    }

    private static bool MayPassSoon(HttpResponseMessage response)
    {
        // Seconds or a date, which is of real time too.
        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - TimeProvider.System.GetUtcNow()) : null;
        if (wait > LongestWait) return false; // the next poll comes sooner than that
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => RateLimits.From(response.Headers) is not { DailyRemaining: 0 },
            HttpStatusCode.Locked or HttpStatusCode.RequestTimeout => true,
            var status => (int)status >= 500,
        };
    }
}
