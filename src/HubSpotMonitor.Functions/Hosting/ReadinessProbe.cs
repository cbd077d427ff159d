using HubSpotMonitor.Functions.Triggers;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>
/// The Functions host asks <c>GET /</c> every 25 ms until we answer, without an invocation id. Building the page for it would cost
/// store reads at every cold start, so it gets an answer and no work.
/// </summary>
internal sealed class ReadinessProbe(RequestDelegate next, HostMode mode)
{
    public Task InvokeAsync(HttpContext context)
    {
        var isProbe = mode.IsCustomHandler && context.Request.Path == "/" && !context.Request.Headers.ContainsKey(HostCall.InvocationIdHeader);
        return isProbe ? context.Response.WriteAsync("ready", context.RequestAborted) : next(context);
    }
}
