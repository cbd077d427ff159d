using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>Counts every try of a call to HubSpot, as HubSpot counts it: for telemetry, and for the page that shows what watching costs.</summary>
internal sealed class HubSpotMeter : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SentCalls.Add();
        using var span = Telemetry.CallToHubSpot(request.Method.Method);
        var status = 0;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            status = (int)response.StatusCode;
            span?.SetTag("http.response.status_code", status);
            return response;
        }
        catch (Exception e)
        {
            Telemetry.Failed(span, e);
            throw;
        }
        finally
        {
            Telemetry.CalledHubSpot(status);
        }
    }
}
