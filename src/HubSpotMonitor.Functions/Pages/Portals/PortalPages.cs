using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Portals;

/// <summary>One account: its calls, its week, its state.</summary>
internal static class PortalPages
{
    public static void MapPortalPages(this IEndpointRouteBuilder pages) => pages.MapGet("/portals/{id:long}", ShowAsync);

    private static async Task<IResult> ShowAsync(
        long id, HttpRequest request, MonitorScope scope, PortalPageReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        if (scope.Portals.FirstOrDefault(known => known.Id == id) is not { Id: > 0 } portal)
        {
            return await PageEndpoints.NoticeAsync(
                renderer, StatusCodes.Status404NotFound, "No such portal", "It is not among the portals of the settings.");
        }

        var model = await reader.ReadAsync(portal, ChartSpan.Of(request.Query["span"]), cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<PortalPage>(new() { [nameof(PortalPage.Model)] = model }));
    }
}
