using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Delivery;

/// <summary>The HttpClient of a channel, how it writes its bodies, and what its failures mean to the desk that redelivers.</summary>
internal static class ChannelClient
{
    // An answer takes well under a second; ten is patience for a bad day, and short beside a delivery's claim.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>For bodies: a JSON parser reads them, and they are never set into a page; left readable they are also smaller.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A client that sends once. It has no retry of its own: neither SendGrid nor Workflows knows an idempotency key, so a request
    /// that was taken but not answered would arrive twice. The desk redelivers, and writes down that it does.
    /// </summary>
    public static IHttpClientBuilder AddChannelClient(this IServiceCollection services, string channel) => services
        .AddHttpClient(channel, client => client.Timeout = TimeLimit)
        // A redirect would carry the message, and an address that is a secret, to a host that nobody configured.
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        // The loggers of the factory write whole addresses.
        .RemoveAllLoggers();

    /// <summary>Makes the call; trouble on the way becomes a passing failure.</summary>
    public static async Task<T> CallAsync<T>(
        string service, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is DeliveryException own)
        {
            throw DeliveryException.OfChannel(own.Message); // refused by ourselves while connecting
        }
        catch (HttpRequestException exception)
        {
            // The inner exception is left out: what it says of the address is not ours to vouch for.
            throw new DeliveryException(
                $"{service} could not be reached ({exception.HttpRequestError}). It will be tried again.", isPermanent: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException($"{service} did not answer in time. It will be tried again.", isPermanent: false);
        }
    }

    /// <summary>Throws unless the message was taken.</summary>
    /// <param name="service">Who answered.</param>
    /// <param name="status">What it answered.</param>
    /// <param name="advice">What to do about a refusal that does not pass by itself, as a sentence.</param>
    /// <param name="saysBadRequestWhenOff">It answers 400 also where it takes no message at all.</param>
    public static void ThrowIfRefused(string service, HttpStatusCode status, Func<HttpStatusCode, string> advice, bool saysBadRequestWhenOff = false)
    {
        if ((int)status is >= 200 and < 300)
            return;

        if (MayPass(status))
            throw new DeliveryException($"{service} answered {(int)status}. It will be tried again.", isPermanent: false);
        throw IsOfMessage(status) && !(saysBadRequestWhenOff && status == HttpStatusCode.BadRequest)
            ? new DeliveryException(advice(status), isPermanent: true)
            : DeliveryException.OfChannel(advice(status));
    }

    /// <summary>Plain text over the network only within this machine.</summary>
    public static bool IsSafeAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static bool MayPass(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests;

    // All else is refused whatever the message: a wrong key, an address that is gone. A redirect, too: the setting is wrong, not the message.
    private static bool IsOfMessage(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;
}
