using HubSpotMonitor.Alerting;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Assets;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.Pages.Access;
using HubSpotMonitor.Functions.Pages.Health;
using HubSpotMonitor.Functions.Pages.Incidents;
using HubSpotMonitor.Functions.Pages.Portals;
using HubSpotMonitor.Functions.Pages.Reference;
using HubSpotMonitor.Functions.Pages.Rotations;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Pages;

internal static class PageEndpoints
{
    public static void MapMonitorPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", HomeAsync).WithMetadata(new ServedBy(FunctionNames.Home));
        routes.MapGet("/assets/{name}", (string name, string? v) => AssetFiles.Answer(name, v))
            .WithMetadata(new ServedBy(FunctionNames.Assets))
            .AllowAnonymous();

        var pages = routes.MapGroup("/pages").WithMetadata(new ServedBy(FunctionNames.Page)).KeepChangesForResponders();
        pages.MapGet("/alerts/{id}", AlertAsync);
        pages.MapGet("/events", EventsAsync);
        pages.MapPortalPages();
        pages.MapAccessPages();
        pages.MapRotationPages();
        pages.MapGet("/health", HealthPageReader.AnswerAsync);
        pages.MapPost("/test-alert", TestAsync);
        pages.MapGet("/api", ReferenceAsync);
        pages.MapAlertActPages();
        pages.MapSilencePages();
        pages.MapPost("/dead-letters/{id}/redrive", RedriveAsync);
        pages.MapPost("/dead-letters/bus/{id}/redrive", RedriveOfBusAsync);
        pages.MapFallback("/{**rest}", NothingHereAsync);
    }

    private static async Task<IResult> HomeAsync(OverviewReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<Overview>(new() { [nameof(Overview.Model)] = model }));
    }

    private static async Task<IResult> AlertAsync(string id, IncidentReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var (model, trouble) = await reader.ReadAsync(id, cancellationToken);
        if (model is not null) return Tagged.Html(await renderer.RenderAsync<IncidentPage>(new() { [nameof(IncidentPage.Model)] = model }));

        return trouble is not null
            ? await NoticeAsync(renderer, StatusCodes.Status503ServiceUnavailable, "This alert cannot be shown now", trouble)
            : await NoticeAsync(
                renderer, StatusCodes.Status404NotFound, "No such alert", "The link is incomplete, or the alert is of another monitor.");
    }

    private static async Task<IResult> EventsAsync(
        HttpRequest request, EventsReader reader, PageRenderer renderer, CancellationToken cancellationToken)
    {
        var model = await reader.ReadAsync(request.Query, cancellationToken);
        return Tagged.Html(await renderer.RenderAsync<EventsPage>(new() { [nameof(EventsPage.Model)] = model }));
    }

    private static async Task<IResult> ReferenceAsync(HttpContext context, PageRenderer renderer)
    {
        var model = ReferenceModel.Of(await ApiDescription.DescribeAsync(context.RequestServices, context.RequestAborted));
        return Tagged.Html(await renderer.RenderAsync<ReferencePage>(new() { [nameof(ReferencePage.Model)] = model }));
    }

    // Back to the page, where the letter is gone or says why not.
    private static async Task<IResult> RedriveAsync(
        string id, HttpContext context, DeadLetterDesk desk, ActTrail trail, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await desk.RedriveAsync(id, clock.GetUtcNow(), cancellationToken) is { } redrive)
            trail.NoteRedrive(id, redrive.IsStored);
        return PageAnswer.SeeOther(context, "/pages/events#letters");
    }

    private static async Task<IResult> RedriveOfBusAsync(
        string id,
        HttpContext context,
        BusDeadLetters letters,
        MonitorScope scope,
        ActTrail trail,
        PageRenderer renderer,
        CancellationToken cancellationToken)
    {
        try
        {
            var redrive = await letters.RedriveAsync(id, scope.Channels, cancellationToken);
            if (redrive is not null)
                trail.NoteRedrive(id, redrive.IsSent);
            if (redrive is { IsSent: false })
                return await NoticeAsync(renderer, StatusCodes.Status409Conflict, "It was not sent", redrive.Says);
        }
        catch (BusException e)
        {
            return await NoticeAsync(renderer, StatusCodes.Status503ServiceUnavailable, "It was not sent", e.Message);
        }
        return PageAnswer.SeeOther(context, "/pages/events#undelivered");
    }

    private static async Task<IResult> TestAsync(
        AlertTest test, IOptions<AlertingOptions> alerting, PageRenderer renderer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answers = await test.SendAsync([], Severity.High, alerting.Value.DashboardUrl, clock.GetUtcNow(), cancellationToken);
        return answers.Count == 0
            ? await NoticeAsync(renderer, StatusCodes.Status409Conflict, "Nothing was sent",
                "No channel is configured: set Delivery__Email, Delivery__Teams or another, as local.settings.sample.json explains.")
            : await NoticeAsync(renderer, StatusCodes.Status200OK, "The test was sent",
                string.Join(" ", answers.Select(answer => $"{answer.Channel}: {answer.State}. {answer.Says}")));
    }

    private static Task<IResult> NothingHereAsync(PageRenderer renderer) =>
        NoticeAsync(renderer, StatusCodes.Status404NotFound, "Nothing here", "There is no page at this address.");

    public static async Task<IResult> NoticeAsync(PageRenderer renderer, int status, string title, string text)
    {
        var html = await renderer.RenderAsync<Notice>(new() { [nameof(Notice.Title)] = title, [nameof(Notice.Text)] = text });
        return PageAnswer.Html(html, status);
    }
}
