using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotMonitor.Functions.Triggers;

/// <summary>Tells the Functions host's own calls from all others, and answers them in the way it understands.</summary>
internal static class HostCall
{
    public const string InvocationIdHeader = "X-Azure-Functions-InvocationId";

    /// <summary>The host's own span of the call (https://www.w3.org/TR/trace-context).</summary>
    public static string? TraceOf(HttpContext context) => context.Request.Headers.TraceParent;

    // The host adds these when it passes a caller's request on, and never to a call of its own.
    private static readonly string[] ForwardedHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    public static bool IsGenuine(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
            && IsLoopbackName(context.Request.Host.Host)
            && headers.ContainsKey(InvocationIdHeader)
            && !ForwardedHeaders.Any(headers.ContainsKey);
    }

    /// <summary>What was asked for is done: to an empty answer (204) the host would wait until its timeout and then restart the process.</summary>
    public static IResult Done() => TypedResults.Text("{}", "application/json");

    /// <summary>Any 5xx fails the invocation, so that the host calls again, waits for the next time, or gives the message back.</summary>
    public static ProblemHttpResult Failed(string sentence) => TypedResults.Problem(sentence, statusCode: StatusCodes.Status500InternalServerError);

    public static ProblemHttpResult NoCall(string function) =>
        TypedResults.Problem(
            $"The body is not a call of {function}: an object with Data and Metadata is expected.", statusCode: StatusCodes.Status400BadRequest);

    // A web page that was made to point at this machine sends its own name.
    private static bool IsLoopbackName(string host) =>
        host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
