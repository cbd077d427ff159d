using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Rotations;

/// <summary>The calendar of rotations, and the way through one of them: what to do in which order, and the proof at its end.</summary>
internal static class RotationPages
{
    private const int ProofsShown = 50;
    private const long MaxBodyBytes = 8 * 1024;

    public static void MapRotationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/rotation", CalendarAsync);
        pages.MapGet("/access/{portal:long}/{id}/rotation", ShowGuideAsync);
        pages.MapPost("/access/{portal:long}/{id}/rotation", ProveAsync);
    }

    private static async Task<IResult> CalendarAsync(
        HttpRequest request, RotationReader reader, MonitorScope scope, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(PortalQuery.OfPage(request.Query, scope.Portals), cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<CalendarPage>(new() { [nameof(CalendarPage.Model)] = model }));
    }

    private static async Task<IResult> ShowGuideAsync(
        long portal, string id, PostureReader posture, RotationDesk desk, PageRenderer renderer, CancellationToken cancellationToken) =>
        await FindAsync(portal, id, posture, cancellationToken) is { } key
            ? PageAnswer.Html(await GuideAsync(key, null, desk, renderer, cancellationToken))
            : await NothingAsync(renderer);

    private static async Task<IResult> ProveAsync(
        long portal,
        string id,
        HttpRequest request,
        PostureReader posture,
        RotationDesk desk,
        Viewer viewer,
        PageRenderer renderer,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(portal, id, posture, cancellationToken) is not { } key) return await NothingAsync(renderer);

        // The form holds two secrets: it is read into memory, bounded, and nothing of it is ever sent back.
        var wrong = request is { HasFormContentType: true, ContentLength: <= MaxBodyBytes } ? null : $"Send the form, at most {MaxBodyBytes} bytes.";
        if (wrong is null)
        {
            var form = await PageForm.ReadAsync(request, cancellationToken);
            var body = new RotationBody(form["old"].ToString().Trim(), form["new"].ToString().Trim(), viewer.Name ?? form["by"]);
            wrong = RotationQuestion.Check(id, body);
            if (wrong is null
                && await desk.ProveAsync(
                    portal, key.Credential, new(body.Old!, body.New!, body.By!.Trim()), clock.GetUtcNow(), cancellationToken) is null)
            {
                wrong = "Another proof of this account is under way. Ask again in some seconds.";
            }
        }
        if (wrong is not null)
            return PageAnswer.Html(await GuideAsync(key, wrong, desk, renderer, cancellationToken), StatusCodes.Status400BadRequest);

        // The proof stands on the page that follows, so that loading it again asks nothing.
        return PageAnswer.SeeOther(request.HttpContext, $"{request.Path}{request.QueryString}#proofs");
    }

    private static async Task<string> GuideAsync(
        (PortalPosture Posture, Credential Credential) key,
        string? wrong,
        RotationDesk desk,
        PageRenderer renderer,
        CancellationToken cancellationToken)
    {
        var proofs = await desk.ReadAsync(key.Posture.Portal.Id, ProofsShown, cancellationToken);
        return await renderer.RenderAsync<GuidePage>(new()
        {
            [nameof(GuidePage.Posture)] = key.Posture,
            [nameof(GuidePage.Credential)] = key.Credential,
            [nameof(GuidePage.Proofs)] = (IReadOnlyList<RotationProof>)[.. proofs.Where(key.Credential.IsMeantBy)],
            [nameof(GuidePage.Wrong)] = wrong,
        });
    }

    private static async Task<(PortalPosture Posture, Credential Credential)?> FindAsync(
        long portal, string id, PostureReader posture, CancellationToken cancellationToken) =>
        await posture.ReadAsync(portal, cancellationToken) is [{ Report: { } report } found]
        && report.Credentials.FirstOrDefault(one => one.Id == id) is { } credential
            ? (found, credential)
            : null;

    private static Task<IResult> NothingAsync(PageRenderer renderer) =>
        PageEndpoints.NoticeAsync(
            renderer, StatusCodes.Status404NotFound, "No such credential", "It is not in the inventory of this account, or the link is incomplete.");
}
